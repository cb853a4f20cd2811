/* A voice note: [data-voice] records where the browser can, and what was said goes into the file input
   beside it, as if it had been chosen. Elsewhere that input stays what it is: a recorder of the
   telephone's own, or a file.
   [data-voice=words]  the button, what it is while it records, and what is told when it may not */
(function () {
  "use strict";
  var MOST_S = 60, KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
  var root = document.querySelector("[data-voice]"), input = document.getElementById("voice");
  var media = navigator.mediaDevices;
  if (!root || !window.MediaRecorder || !MediaRecorder.isTypeSupported || !media || !media.getUserMedia) return;
  try { new DataTransfer(); } catch (_) { return; }
  var kind = KINDS.filter(function (one) { return MediaRecorder.isTypeSupported(one); })[0];
  if (!kind) return;

  var words = JSON.parse(root.dataset.voice), button = root.querySelector("button"), said = button.querySelector("span");
  var told = root.querySelector("[role=status]"), player = root.querySelector("audio"), recorder = null, ticking = 0;
  root.hidden = false;
  input.parentNode.hidden = true;

  function put(blob) {
    var box = new DataTransfer();
    if (blob) box.items.add(new File([blob], "voice", { type: blob.type }));
    input.files = box.files;
    if (player.src) URL.revokeObjectURL(player.src);
    player.hidden = !blob;
    if (blob) player.src = URL.createObjectURL(blob); else player.removeAttribute("src");
    said.textContent = blob ? words.again : words.start;
  }

  function record(stream) {
    var parts = [], seconds = 0, fresh = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 24000 });
    recorder = fresh;
    fresh.ondataavailable = function (event) { if (event.data.size) parts.push(event.data); };
    fresh.onstop = function () {
      clearInterval(ticking);
      recorder = null;
      stream.getTracks().forEach(function (one) { one.stop(); });
      button.classList.remove("main");
      put(parts.length ? new Blob(parts, { type: kind.split(";")[0] }) : null);
    };
    fresh.start();
    button.classList.add("main");
    function tick() {
      said.textContent = words.stop.replace("#", seconds);
      if (seconds >= MOST_S) stop();
      seconds += 1;
    }
    tick();
    ticking = setInterval(tick, 1000);
  }

  function stop() { if (recorder && recorder.state !== "inactive") recorder.stop(); }

  button.addEventListener("click", function () {
    if (recorder) { stop(); return; }
    told.hidden = true;
    button.disabled = true;
    media.getUserMedia({ audio: true }).then(record, function () {
      told.hidden = false;
      input.parentNode.hidden = false;
    }).then(function () { button.disabled = false; });
  });
  input.form.addEventListener("reset", function () { stop(); put(null); });
})();
