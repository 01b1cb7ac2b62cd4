import { useState } from "preact/hooks";
import { sessionHeaders } from "../begin";
import { useSession } from "../session";
import { useWords } from "../text/text";

/** Export is a button that takes a file away. A link could not say whose session it is, nor why there is no file. */
export function Export({ label, url, fileName }: { label: string; url: string; fileName: string }) {
  const { t } = useWords();
  const { restart, say } = useSession();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const take = async () => {
    setBusy(true);
    setProblem("");
    try {
      const answer = await fetch(url, { headers: sessionHeaders });
      if (answer.status === 401) {
        say(t.sessionEnded);
        restart();
      } else if (answer.ok) {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(await answer.blob());
        link.download = fileName;
        link.click();
        // After the browser has begun to save it.
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      } else {
        const { errors } = (await answer.json()) as { errors: { message: string }[] };
        setProblem(errors[0]?.message ?? t.unreachable);
      }
    } catch {
      setProblem(t.unreachable); // no network, or one that broke off in the middle
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="actions">
      <button type="button" class="quiet" disabled={busy} aria-busy={busy} onClick={take}>
        {label}
      </button>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
