/* Reads a part of the page aloud; the button shows where the telephone has a voice for the language. */
"use strict";
(function () {
  const synth = window.speechSynthesis;
  const buttons = document.querySelectorAll("[data-aloud]");
  const language = document.documentElement.lang;
  let voice = null;
  if (!synth || !buttons.length) return;

  function look() {
    voice = synth.getVoices().find(function (one) {
      return one.lang.toLowerCase().slice(0, 2) === language;
    }) || null;
    buttons.forEach(function (button) { button.hidden = !voice; });
  }

  function text(button) {
    return Array.from(document.querySelectorAll(button.dataset.aloud), function (part) {
      return part.textContent.replace(/\s+/g, " ").replace(/[\s.]+$/, "").trim();
    }).filter(Boolean).join(". ");
  }

  function say(button) {
    const goesOn = button.getAttribute("aria-pressed") === "true";
    synth.cancel();
    if (goesOn) return;
    const words = new SpeechSynthesisUtterance(text(button));
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = 0.9;
    words.onend = words.onerror = function () { button.setAttribute("aria-pressed", "false"); };
    button.setAttribute("aria-pressed", "true");
    synth.speak(words);
  }

  buttons.forEach(function (button) {
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", function () { say(button); });
  });
  look();
  if (synth.addEventListener) synth.addEventListener("voiceschanged", look);
  window.addEventListener("pagehide", function () { synth.cancel(); });
})();
