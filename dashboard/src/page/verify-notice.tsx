import { useMutation } from "@urql/preact";
import { ResendVerificationDocument } from "../graph.generated";
import { useUnclaimed } from "../component/form";
import { useViewer } from "../session";
import { useWords } from "../text/text";
import { codeOf } from "../client";

/** VerifyNotice reminds of an e-mail address that is not confirmed. On a server that sends no mail it can't be, and pressing says so. */
export function VerifyNotice() {
  const { t } = useWords();
  const { email, emailVerified } = useViewer();
  const [{ data, error, fetching }, resend] = useMutation(ResendVerificationDocument);
  const problem = useUnclaimed(error);
  if (!email || emailVerified || codeOf(error) === "FORBIDDEN") {
    return null;
  }
  return (
    <div class="banner" role="status">
      <p>{data?.resendVerification ? t.verifySent : problem || t.verifyNotice}</p>
      {!data && (
        <button type="button" class="quiet" disabled={fetching} onClick={() => resend({})}>
          {t.verifyResend}
        </button>
      )}
    </div>
  );
}
