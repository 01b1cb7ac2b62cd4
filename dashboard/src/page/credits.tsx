import { useState } from "preact/hooks";
import { useLater } from "../component/later";
import { Page } from "../component/page";
import { ChangesContext, Empty, Loaded, Pages } from "../component/state";
import { CreditsDocument } from "../graph.generated";
import { useStandingChanges } from "../live";
import { useWords } from "../text/text";
import type { Words } from "../text/words";

export function CreditsPage() {
  const words = useWords();
  const { t, shortDay, amount } = words;
  const [text, setText] = useState("");
  const asked = useLater(text.trim(), 250);
  const changes = useStandingChanges();
  return (
    <Page
      title={t.credits}
      narrow
      actions={
        <a class="button primary" href="/credits/new">
          {t.logCredit}
        </a>
      }
    >
      <search>
        <label class="hidden" for="search">
          {t.searchCredits}
        </label>
        <input id="search" type="search" placeholder={t.searchCredits} maxLength={200} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </search>
      <ChangesContext.Provider value={changes}>
        <Pages
          key={asked}
          page={(after, more) => (
            <Loaded query={CreditsDocument} variables={{ filter: asked ? { text: asked } : null, after }} types={["Credit", "Certification"]}>
              {({ me }) => {
                const { nodes, pageInfo } = me!.credits;
                if (nodes.length === 0 && after === null) {
                  return asked ? (
                    <Empty title={t.creditsNone} />
                  ) : (
                    <Empty title={t.creditsEmpty}>
                      <p>{t.creditsEmptyText}</p>
                      <a class="button primary" href="/credits/new">
                        {t.logCredit}
                      </a>
                    </Empty>
                  );
                }
                return (
                  <>
                    <ul class="rows">
                      {nodes.map((credit) => (
                        <li key={credit.id} class="card">
                          <p class="requirement-title">
                            <a class="whole" href={`/credits/${credit.id}`}>
                              {credit.title}
                            </a>
                            <strong>{lengthOf(words, credit)}</strong>
                          </p>
                          <p class="muted">
                            <time dateTime={credit.completedOn}>{shortDay(credit.completedOn)}</time>
                            {credit.provider && ` · ${credit.provider}`}
                          </p>
                          <ul class="tags">
                            {credit.postedBy && <li class="tag own">{t.creditPostedBy(credit.postedBy.organizationName)}</li>}
                            {credit.dispute?.open && <li class="tag unverified">{t.disputed}</li>}
                            {credit.uses.map(({ certification, counted, unit }) => (
                              <li key={certification.id} class={`tag ${counted !== null && Number(counted) > 0 ? "verified" : ""}`}>
                                {certification.program.name}: {counted === null ? t.countsUnknown : `${amount(counted)} ${words.named(counted, unit)}`}
                              </li>
                            ))}
                          </ul>
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
      </ChangesContext.Provider>
    </Page>
  );
}

/** lengthOf says how much a credit is, in words. */
export function lengthOf({ t, amount, named }: Words, credit: { minutes: number | null; amount: string | null; unit: { name: string; plural: string } | null }): string {
  if (credit.minutes !== null) {
    return t.timeOf(Math.floor(credit.minutes / 60), credit.minutes % 60);
  }
  return credit.amount === null ? "" : `${amount(credit.amount)} ${named(credit.amount, credit.unit)}`;
}
