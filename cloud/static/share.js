/* Hands the message on: by what the telephone has for it, else into the clipboard. */
"use strict";
(function () {
  const message = document.getElementById("message");
  const share = document.querySelector("[data-share]");
  const copy = document.querySelector("[data-copy]");
  if (!message) return;

  if (navigator.share && share) {
    share.hidden = false;
    share.addEventListener("click", function () {
      navigator.share({ text: message.value }).catch(function () { /* thought better of it */ });
    });
  }
  if (navigator.clipboard && copy) {
    copy.hidden = false;
    copy.addEventListener("click", function () {
      navigator.clipboard.writeText(message.value).then(function () {
        copy.querySelector("span").textContent = copy.dataset.copy;
      }, function () { message.select(); });
    });
  }
})();
