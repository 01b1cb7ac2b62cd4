import { useClient, useMutation } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";
import { type FileRowFragment, FileStatusDocument, RemoveFileDocument } from "../graph.generated";
import { useWords } from "../text/text";
import { Dangerous, useUnclaimed } from "./form";

type Status = FileRowFragment["status"];

const second = 1000;

/** useStatus follows how far reading a file has come: it asks once a second while the file waits, more seldom while the server cannot be reached. */
export function useStatus(id: string, known: Status): Status {
  const client = useClient();
  const [status, setStatus] = useState(known);
  useEffect(() => setStatus(known), [known]);
  useEffect(() => {
    if (status !== "WAITING") {
      return;
    }
    let failures = 0;
    let over = false;
    let timer = setTimeout(ask, second);
    async function ask() {
      const { data, error } = await client.query(FileStatusDocument, { id }, { requestPolicy: "network-only" }).toPromise();
      if (over) {
        return;
      }
      if (data?.node?.__typename === "Evidence" && data.node.status !== "WAITING") {
        setStatus(data.node.status);
        return;
      }
      failures = error ? failures + 1 : 0;
      timer = setTimeout(ask, second * Math.min(2 ** failures, 30));
    }
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [id, status]);
  return status;
}

/** FileRow is a file in a list: its picture, what became of it and what it proves. */
export function FileRow({ file, onRemoved }: { file: FileRowFragment; onRemoved: () => void }) {
  const { t, moment } = useWords();
  const status = useStatus(file.id, file.status);
  const name = file.fileName ?? t.fileWithoutName;
  return (
    <li class="card file">
      <Thumbnail file={file} />
      <div>
        <p class="file-name">
          <a href={`/files/${file.id}`}>{name}</a>
        </p>
        <p class="muted">
          <time dateTime={file.createdAt}>{moment(file.createdAt)}</time> · {t.fileStatus[status]}
        </p>
        <ul class="tags">
          {file.credits.map(({ id, title }) => (
            <li key={id}>
              <a href={`/credits/${id}`}>{title}</a>
            </li>
          ))}
        </ul>
        {file.credits.length === 0 && <p class="muted">{t.provesNothing}</p>}
        <div class="actions">
          <OpenFile url={file.url} name={name} />
          <RemoveFile file={file} onRemoved={onRemoved} />
        </div>
      </div>
    </li>
  );
}

function Thumbnail({ file }: { file: FileRowFragment }) {
  const [gone, setGone] = useState(false);
  // Of what cannot be read there may be no picture either.
  return file.status === "FAILED" || gone ? <span class="thumbnail" /> : <img class="thumbnail" src={file.thumbnailUrl} alt="" loading="lazy" onError={() => setGone(true)} />;
}

export function OpenFile({ url, name }: { url: string; name: string }) {
  const { t } = useWords();
  return (
    <a class="button quiet" href={url} target="_blank" rel="noopener noreferrer" aria-label={`${t.openFile}: ${name} (${t.opensElsewhere})`}>
      {t.openFile}
    </a>
  );
}

export function RemoveFile({ file, onRemoved }: { file: FileRowFragment; onRemoved: () => void }) {
  const { t } = useWords();
  const [{ error }, remove] = useMutation(RemoveFileDocument);
  const problem = useUnclaimed(error);
  return (
    <>
      <Dangerous
        label={t.removeFile}
        text={file.credits.length > 0 ? t.removeFileText : undefined}
        sure={t.removeSure}
        onSure={async () => {
          const { data } = await remove({ input: { id: file.id, version: file.version } }, { additionalTypenames: ["Evidence"] });
          if (data?.removeEvidence) {
            onRemoved();
          }
        }}
      />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
