import { useState } from "preact/hooks";
import { FileRow } from "../component/file";
import { Page } from "../component/page";
import { Empty, Loaded, Pages } from "../component/state";
import { Uploader } from "../component/upload";
import { FilesDocument } from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";

/** FilesPage is where certificates are sent, and all that were. */
export function FilesPage() {
  const { t } = useWords();
  const { say } = useSession();
  const [round, setRound] = useState(0);
  return (
    <Page title={t.files} narrow>
      <Uploader onSent={() => setRound((round) => round + 1)} />
      <Pages
        key={round}
        page={(after, more) => (
          <Loaded query={FilesDocument} variables={{ after }} types={["Evidence"]}>
            {({ me }) =>
              me && (
                <>
                  {me.evidence.nodes.length === 0 && after === null && <Empty title={t.filesEmpty} />}
                  <ul class="rows">
                    {me.evidence.nodes.map((file) => (
                      <FileRow key={file.id} file={file} onRemoved={() => say(t.fileRemoved)} />
                    ))}
                  </ul>
                  {more(me.evidence.pageInfo)}
                </>
              )
            }
          </Loaded>
        )}
      />
    </Page>
  );
}
