/* Shows the print buttons where there is a script to serve them; without one the page says how. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
