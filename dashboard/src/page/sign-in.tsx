import type { CombinedError } from "@urql/core";
import { useLocation } from "preact-iso";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useAccount } from "../account";
import { problemsOf } from "../client";
import { Form, Input, Password } from "../component/form";
import { Page } from "../component/page";
import { deviceTimeZone } from "../date";
import { keptCode } from "../invitation";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { type Language, languages } from "../text/words";

/** Door is around the pages of strangers: what this is, and in which language. */
export function Door({ title, lead, children }: { title: string; lead?: string; children: ComponentChildren }) {
  const { t, language } = useWords();
  const { speak } = useSession();
  return (
    <div class="door">
      <header>
        <img src="/icon.svg" alt="" width="56" height="56" />
        <p class="brand">{t.appName}</p>
        <p>{t.tagline}</p>
      </header>
      <Page title={title} lead={lead} narrow>
        <div class="card">{children}</div>
      </Page>
      <footer>
        {(Object.keys(languages) as Language[])
          .filter((other) => other !== language)
          .map((other) => (
            <button key={other} type="button" class="quiet" lang={other} onClick={() => speak(other)}>
              {languages[other]}
            </button>
          ))}
      </footer>
    </div>
  );
}

/** Invited says what waits behind the door for somebody who has opened an invitation. */
function Invited() {
  const { t } = useWords();
  return keptCode() === null ? null : (
    <p class="banner">
      <strong>{t.invitedTitle}</strong> {t.invitedText}
    </p>
  );
}

/** Missing says why nobody can sign in on this page. */
function Missing() {
  const { t } = useWords();
  return useAccount().missing ? (
    <p class="banner" role="note">
      {t.firebase.missing}
    </p>
  ) : null;
}

export function SignInPage() {
  const { t } = useWords();
  const { restart } = useSession();
  const { route } = useLocation();
  const { signIn } = useAccount();
  const [error, setError] = useState<CombinedError>();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const problems = problemsOf(error);
  return (
    <Door title={t.signIn}>
      <Invited />
      <Missing />
      <Form
        submit={t.signIn}
        error={error}
        fields={["email"]}
        onSubmit={async () => {
          const refused = await signIn(email, password);
          setError(refused);
          if (!refused) {
            if (keptCode() !== null) {
              route("/organizations/join", true);
            }
            restart();
          }
        }}
      >
        <Input label={t.email} type="email" name="email" autocomplete="username" value={email} onValue={setEmail} problem={problems["email"]} />
        <Password label={t.password} name="password" autocomplete="current-password" value={password} onValue={setPassword} />
      </Form>
      <p>
        <a href="/forgot-password">{t.forgotPassword}</a>
      </p>
      <p>
        {t.noAccount} <a href="/sign-up">{t.signUp}</a>
      </p>
    </Door>
  );
}

export function SignUpPage() {
  const { t, language } = useWords();
  const { restart } = useSession();
  const { route } = useLocation();
  const { signUp } = useAccount();
  const [error, setError] = useState<CombinedError>();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const problems = problemsOf(error);
  return (
    <Door title={t.signUp}>
      <Invited />
      <Missing />
      <Form
        submit={t.signUp}
        error={error}
        fields={["email", "password", "name"]}
        onSubmit={async () => {
          const locale = navigator.language.toLowerCase().startsWith(language) ? navigator.language : language;
          const refused = await signUp({ email, password, name: name || null, timeZone: deviceTimeZone(), locale });
          setError(refused);
          if (!refused) {
            route(keptCode() === null ? "/" : "/organizations/join", true);
            restart();
          }
        }}
      >
        <Input label={t.name} name="name" autocomplete="name" optional maxLength={200} value={name} onValue={setName} problem={problems["name"]} />
        <Input label={t.email} type="email" name="email" autocomplete="username" value={email} onValue={setEmail} problem={problems["email"]} />
        <Password label={t.password} name="new-password" autocomplete="new-password" minLength={8} hint={t.passwordHint} value={password} onValue={setPassword} problem={problems["password"]} />
      </Form>
      <p>
        {t.haveAccount} <a href="/sign-in">{t.signIn}</a>
      </p>
    </Door>
  );
}

export function ForgotPasswordPage() {
  const { t } = useWords();
  const { requestReset } = useAccount();
  const [error, setError] = useState<CombinedError>();
  const [sent, setSent] = useState(false);
  const [email, setEmail] = useState("");
  return (
    <Door title={t.resetTitle} lead={t.resetText}>
      {sent ? (
        <p role="status">{t.resetSent}</p>
      ) : (
        <Form
          submit={t.resetSend}
          error={error}
          fields={["email"]}
          onSubmit={async () => {
            const refused = await requestReset(email);
            setError(refused);
            setSent(!refused);
          }}
        >
          <Input label={t.email} type="email" name="email" autocomplete="username" value={email} onValue={setEmail} problem={problemsOf(error)["email"]} />
        </Form>
      )}
      <p>
        <a href="/sign-in">{t.signIn}</a>
      </p>
    </Door>
  );
}
