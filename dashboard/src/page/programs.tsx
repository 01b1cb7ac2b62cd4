import { useState } from "preact/hooks";
import { Page } from "../component/page";
import { useLater } from "../component/later";
import { Empty, Loaded, Pages } from "../component/state";
import { ProgramsDocument } from "../graph.generated";
import { useWords } from "../text/text";

export function ProgramsPage() {
  const { t } = useWords();
  const [search, setSearch] = useState("");
  const asked = useLater(search.trim(), 250);
  return (
    <Page
      title={t.programs}
      lead={t.programsText}
      actions={
        <a class="button" href="/programs/new">
          {t.ownProgram}
        </a>
      }
    >
      <search>
        <label class="hidden" for="search">
          {t.searchPrograms}
        </label>
        <input id="search" type="search" placeholder={t.searchPrograms} maxLength={200} value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
      </search>
      <Pages
        key={asked}
        page={(after, more) => (
          <Loaded query={ProgramsDocument} variables={{ search: asked || null, own: null, after }} types={["Program"]}>
            {({ programs }) => {
              const { nodes, pageInfo, totalCount } = programs!;
              if (totalCount === 0) {
                return (
                  <Empty title={t.programsNone}>
                    <p>{t.programsNoneText}</p>
                    <a class="button" href="/programs/new">
                      {t.ownProgram}
                    </a>
                  </Empty>
                );
              }
              return (
                <>
                  {after === null && (
                    <p class="muted" role="status">
                      {t.programCount(totalCount)}
                    </p>
                  )}
                  <ul class="cards small">
                    {nodes.map((program) => (
                      <li key={program.id}>
                        <article class="card">
                          <h2>
                            <a class="whole" href={`/programs/${encodeURIComponent(program.id)}`}>
                              {program.name}
                            </a>
                          </h2>
                          <p class="muted">
                            {[program.body, program.jurisdiction].filter(Boolean).join(" · ")}
                          </p>
                          <Verified verified={program.verified} own={program.own} />
                        </article>
                      </li>
                    ))}
                  </ul>
                  {more(pageInfo)}
                </>
              );
            }}
          </Loaded>
        )}
      />
    </Page>
  );
}

/** Verified says whether somebody has checked the rules. */
export function Verified({ verified, own }: { verified: boolean; own: boolean }) {
  const { t } = useWords();
  return <span class={`tag ${own ? "own" : verified ? "verified" : "unverified"}`}>{own ? t.own : verified ? t.isVerified : t.isUnverified}</span>;
}
