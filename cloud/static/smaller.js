/* A photo made smaller before it is sent or waits: a weak line carries a tenth of it, and where it was taken
   stays here. A browser that cannot, and a file that is no photo, give back what was chosen. */
var smaller = (function () {
  "use strict";
  var SIDE = 1600;

  return function (file, quality) {
    if (!window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var share = Math.min(1, SIDE / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * share));
      canvas.height = Math.max(1, Math.round(picture.height * share));
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return new Promise(function (resolve) {
        canvas.toBlob(function (blob) { resolve(blob && blob.size < file.size ? blob : file); }, "image/jpeg", quality);
      });
    }).catch(function () { return file; });
  };
})();
