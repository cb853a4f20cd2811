/* What stands behind the hash of the page that was wanted goes along with the login: a browser
   keeps it across answers that send it on, and no server ever sees it. Who leaves for a card or a
   forgotten password finds it in this tab, once, when the page is opened after all. */
const form = document.querySelector("form[action='/dang-nhap']");
if (form && location.hash) {
  form.action += location.hash;
  sessionStorage.setItem(form.elements.tiep.value, location.hash);
  history.replaceState(null, "", location.pathname + location.search);
}
