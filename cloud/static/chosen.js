/* [data-file] says which file was chosen, in place of what the browser would say in its own language. */
(function () {
  "use strict";
  document.querySelectorAll("[data-file]").forEach(function (said) {
    var input = document.getElementById(said.parentNode.htmlFor), asked = said.textContent;
    function tell() {
      said.textContent = Array.prototype.map.call(input.files, function (file) { return file.name; }).join(", ") || asked;
    }
    input.addEventListener("change", tell);
    tell(); /* a page that is shown again may have one */
  });
})();
