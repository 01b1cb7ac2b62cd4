// What the links in mails lead to: #verify=<token> confirms an e-mail address, #reset=<token> sets a new password. Nothing
// happens before a press of the button, since programs that look mails through open links, too.
"use strict";

{
  const form = document.getElementById("link");
  const text = document.getElementById("link-text");
  const password = document.getElementById("link-password");
  const button = document.getElementById("link-button");
  const answer = document.getElementById("link-answer");

  const kinds = {
    verify: {
      text: "Confirm that this e-mail address is yours.",
      button: "Confirm",
      done: "Your e-mail address is confirmed.",
      query: `mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { emailVerified } }`,
      input: (token) => ({ token }),
    },
    reset: {
      text: "Choose a new password. You are then signed out everywhere.",
      button: "Set the password",
      done: "The new password is set. Sign in with it.",
      query: `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { passwordReset } }`,
      input: (token) => ({ token, newPassword: password.value }),
    },
  };

  const fields = { token: "This link", newPassword: "The password" };
  let kind, token;

  const open = () => {
    const link = /^#(verify|reset)=([A-Za-z0-9_-]+)$/.exec(location.hash);
    if (!link) {
      return;
    }
    history.replaceState(null, "", location.pathname); // the token does not stay in the address
    [kind, token] = [kinds[link[1]], link[2]];
    text.textContent = kind.text;
    button.textContent = kind.button;
    answer.textContent = "";
    password.hidden = password.disabled = kind !== kinds.reset;
    button.hidden = form.hidden = false;
  };

  const send = async () => {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: kind.query, variables: { input: kind.input(token) } }),
    });
    const [error] = (await response.json()).errors ?? [];
    const [problem] = error?.extensions?.problems ?? [];
    return problem ? `${fields[problem.path[0]]} ${problem.message}.` : error?.message;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const problem = await send().catch(() => "The server did not answer. Try again.");
    button.disabled = false;
    answer.textContent = problem ?? kind.done;
    if (!problem) {
      password.value = "";
      password.hidden = button.hidden = true;
    }
  });
  addEventListener("hashchange", open);
  open();
}
