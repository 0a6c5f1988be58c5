/* Security keys: hands the form's options to the browser, and says when the key did not answer. */
"use strict";

for (const form of document.querySelectorAll("form[data-key]")) {
  const ids = { credential: form.elements.credential.id, data: "key-options" };
  ids[form.dataset.key] = "key-go";
  window.allauth.webauthn.forms[`${form.dataset.key}Form`]({ ids });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    form.querySelector("[data-failed]").hidden = false;
  });
}
