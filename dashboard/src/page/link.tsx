import { useMutation } from "@urql/preact";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Form, Password } from "../component/form";
import { ResetPasswordDocument, VerifyEmailDocument } from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { Door } from "./sign-in";

/** Link is what a link in a mail or a notification leads to. */
export interface Link {
  kind: "verify" | "reset" | "notification" | "join";
  token: string;
}

/** linkIn reads the end of an address from the # on; null when it is no such link. */
export function linkIn(hash: string): Link | null {
  const [, kind, token] = /^#(verify|reset|notification|join)=([A-Za-z0-9_-]+)$/.exec(hash) ?? [];
  return kind && token ? { kind: kind as Link["kind"], token } : null;
}

/**
 * LinkPage confirms an e-mail address or sets a new password. Nothing happens before a press of the button, since programs that look mails
 * through open links, too.
 */
export function LinkPage({ link, done }: { link: Link; done: () => void }) {
  return link.kind === "verify" ? <Verify token={link.token} done={done} /> : <Reset token={link.token} done={done} />;
}

function Verify({ token, done }: { token: string; done: () => void }) {
  const { t } = useWords();
  const { restart, say } = useSession();
  const [{ error }, verify] = useMutation(VerifyEmailDocument);
  return (
    <Door title={t.verifyTitle} lead={t.verifyText}>
      <Form
        submit={t.verifyButton}
        names={{ token: t.thisLink }}
        error={error}
        beside={<Leave done={done} />}
        onSubmit={async () => {
          const { data } = await verify({ input: { token } });
          if (data?.verifyEmail) {
            say(t.verified);
            done();
            restart();
          }
        }}
      >
        {null}
      </Form>
    </Door>
  );
}

function Reset({ token, done }: { token: string; done: () => void }) {
  const { t } = useWords();
  const { restart, say } = useSession();
  const [password, setPassword] = useState("");
  const [{ error }, reset] = useMutation(ResetPasswordDocument);
  return (
    <Door title={t.chooseTitle} lead={t.chooseText}>
      <Form
        submit={t.chooseButton}
        error={error}
        fields={["newPassword"]}
        names={{ token: t.thisLink }}
        beside={<Leave done={done} />}
        onSubmit={async () => {
          const { data } = await reset({ input: { token, newPassword: password } });
          if (data?.resetPassword) {
            say(t.chosen);
            done();
            restart();
          }
        }}
      >
        <Password
          label={t.newPassword}
          name="new-password"
          autocomplete="new-password"
          minLength={8}
          hint={t.passwordHint}
          value={password}
          onValue={setPassword}
          problem={problemsOf(error)["newPassword"]}
        />
      </Form>
    </Door>
  );
}

function Leave({ done }: { done: () => void }) {
  const { t } = useWords();
  return (
    <button type="button" class="quiet" onClick={done}>
      {t.cancel}
    </button>
  );
}
