import { useLocation } from "preact-iso";
import { useRef, useState } from "preact/hooks";
import { sessionHeaders } from "../begin";
import { useSession } from "../session";
import { useWords } from "../text/text";

interface Sent {
  id?: string;
  /** What the server says of a file that it does not take; "" when it was not reached. */
  problem?: string;
  /** The session has ended. */
  stranger?: boolean;
}

/** send uploads a file. The same file sent again is the same evidence, so that it may be repeated. */
function send(file: File, creditId: string | undefined, onShare: (share: number) => void): Promise<Sent> {
  return new Promise((done) => {
    // Unlike fetch, it tells how much has been sent.
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ fileName: file.name, ...(creditId && { creditId }) });
    request.open("POST", `/evidence?${query}`);
    for (const [name, value] of Object.entries(sessionHeaders)) {
      request.setRequestHeader(name, value);
    }
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onerror = request.onabort = () => done({ problem: "" });
    request.onload = () => {
      try {
        const answer = JSON.parse(request.responseText) as { evidence?: { id: string }; errors?: { message: string }[] };
        done({ id: answer.evidence?.id, problem: answer.errors?.[0]?.message ?? "", stranger: request.status === 401 });
      } catch {
        done({ problem: "" }); // a proxy answered
      }
    };
    request.send(file);
  });
}

const mostAtOnce = 20;

interface Item extends Sent {
  file: File;
  share: number;
  state: "waiting" | "sending" | "done" | "failed";
}

/** Uploader takes files from the camera, by choice or dropped, and sends them one after the other. One alone leads to its page. */
export function Uploader({ creditId, onSent, text }: { creditId?: string; onSent?: () => void; text?: string }) {
  const { t } = useWords();
  const { restart, say } = useSession();
  const { route } = useLocation();
  const [items, setItems] = useState<Item[]>([]);
  const [over, setOver] = useState(false);
  const [many, setMany] = useState(false);
  const chain = useRef(Promise.resolve());
  const change = (file: File, part: Partial<Item>) => setItems((items) => items.map((item) => (item.file === file ? { ...item, ...part } : item)));
  const start = (file: File, alone: boolean) => {
    change(file, { state: "waiting", share: 0, problem: undefined });
    chain.current = chain.current.then(async () => {
      change(file, { state: "sending" });
      const sent = await send(file, creditId, (share) => change(file, { share }));
      if (sent.stranger) {
        say(t.sessionEnded);
        restart();
        return;
      }
      change(file, { ...sent, state: sent.id ? "done" : "failed" });
      if (sent.id) {
        onSent?.();
        if (alone && !creditId) {
          route(`/files/${sent.id}`);
        }
      }
    });
  };
  const take = (list: FileList | null | undefined) => {
    const files = [...(list ?? [])].slice(0, mostAtOnce);
    setMany((list?.length ?? 0) > mostAtOnce);
    setItems((items) => [...files.map((file) => ({ file, share: 0, state: "waiting" as const })), ...items]);
    files.forEach((file) => start(file, files.length === 1));
  };
  const picker = (label: string, classes: string, capture?: "environment") => (
    <label class={`button ${classes}`}>
      <input
        type="file"
        class="hidden"
        accept="image/*,application/pdf"
        multiple={!capture}
        capture={capture}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = ""; // so that the same may be chosen again
        }}
      />
      {label}
    </label>
  );
  return (
    <div
      class={`drop ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <p>{text ?? t.uploadText}</p>
      <div class="actions">
        {picker(t.takePhoto, "camera")}
        {picker(t.chooseFiles, "")}
        <span class="muted droppable">{t.dropFiles}</span>
      </div>
      {many && <p class="problem">{t.tooManyFiles(mostAtOnce)}</p>}
      <ul class="uploads" aria-live="polite">
        {items.map(({ file, share, state, id, problem }, index) => (
          <li key={index}>
            <span class="file-name">{file.name}</span>
            {(state === "waiting" || state === "sending") && <progress aria-label={t.sending(file.name)} max={1} value={share} />}
            {state === "done" && (creditId ? <span class="fine">{t.attached}</span> : <a href={`/files/${id}`}>{t.lookAtFile}</a>)}
            {state === "failed" && (
              <>
                <span class="problem">{problem || t.unreachable}</span>
                <button type="button" onClick={() => start(file, false)}>
                  {t.tryAgain}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
