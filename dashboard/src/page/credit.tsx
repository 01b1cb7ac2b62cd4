import type { CombinedError } from "@urql/core";
import { useMutation, useQuery } from "@urql/preact";
import { useLocation, useRoute } from "preact-iso";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { problemsOf } from "../client";
import { type CreditWords, creditWordsOf, type Term } from "../component/credit-words";
import { Choices, Dangerous, Field, Form, Input, Problem, Reasoned, Select, useUnclaimed } from "../component/form";
import { FileRow } from "../component/file";
import { useLater } from "../component/later";
import { Page } from "../component/page";
import { earnedOf, Mark, Meter } from "../component/progress";
import { ChangesContext, Empty, Loaded, NotFound } from "../component/state";
import { Uploader } from "../component/upload";
import { today } from "../date";
import {
  CreditDocument,
  type CreditQuery,
  DeleteCreditDocument,
  DisputeCreditDocument,
  FilesOfCreditDocument,
  LogCreditDocument,
  MembershipsDocument,
  type LogCreditInput,
  PreviewCreditDocument,
  UpdateCreditDocument,
  VocabularyDocument,
  type VocabularyQuery,
  WithdrawDisputeDocument,
} from "../graph.generated";
import { newId } from "../id";
import { Follow } from "../live";
import { useSession, useViewer } from "../session";
import { useWords } from "../text/text";
import { lengthOf } from "./credits";

type Credit = Extract<NonNullable<CreditQuery["node"]>, { __typename: "Credit" }>;
export type Held = NonNullable<VocabularyQuery["me"]>["certifications"]["nodes"];

export function NewCreditPage() {
  const { t } = useWords();
  return (
    <Page title={t.logCredit}>
      <Uploader text={t.uploadInstead} />
      <Loaded query={VocabularyDocument} variables={{}} types={["Certification"]}>
        {({ me }) => <CreditForm held={me?.certifications.nodes ?? []} />}
      </Loaded>
    </Page>
  );
}

export function CreditPage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  return <OneCredit key={id} id={id} />;
}

function OneCredit({ id }: { id: string }) {
  const { t } = useWords();
  const [changes, setChanges] = useState(0);
  // Kept when the organization takes it back, so that the page can say who did.
  const [postedBy, setPostedBy] = useState<Credit["postedBy"]>(null);
  return (
    <Page title={postedBy ? t.creditPosted : t.editCredit}>
      {postedBy && <FollowPoster organizationId={postedBy.organizationId} onChange={() => setChanges((changes) => changes + 1)} />}
      <ChangesContext.Provider value={changes}>
        <Loaded query={CreditDocument} variables={{ id }} types={["Credit"]} gone={postedBy ? <Gone by={postedBy.organizationName} /> : undefined}>
          {({ node }) =>
            node?.__typename !== "Credit" ? (
              <NotFound />
            ) : node.postedBy ? (
              <Posted credit={node} onShown={setPostedBy} />
            ) : (
              <Loaded query={VocabularyDocument} variables={{}} types={["Certification"]}>
                {({ me }) => (
                  <>
                    <Duplicates credit={node} />
                    <Reviews credit={node} />
                    <CreditForm key={node.version} credit={node} held={me?.certifications.nodes ?? []} />
                    <Files creditId={node.id} />
                  </>
                )}
              </Loaded>
            )
          }
        </Loaded>
      </ChangesContext.Provider>
    </Page>
  );
}

const soon = 2000;

/** FollowPoster calls `onChange` when the organization has decided something, if the viewer is one of its members. */
function FollowPoster({ organizationId, onChange }: { organizationId: string; onChange: () => void }) {
  const [{ data }] = useQuery({ query: MembershipsDocument, variables: {} });
  return data?.me?.memberships.some(({ organization }) => organization.id === organizationId) ? (
    <Follow
      id={organizationId}
      onChange={() => {
        onChange();
        setTimeout(onChange, soon); // what is decided is in the records a little later
      }}
    />
  ) : null;
}

function Gone({ by }: { by: string | null }) {
  const { t } = useWords();
  return (
    <Empty title={t.creditGone}>
      <p>{t.creditGoneText(by)}</p>
      <a class="button" href="/credits">
        {t.toCredits}
      </a>
    </Empty>
  );
}

/** Duplicates are credits that may be of the same activity. */
/** Reviews say which organizations approve the credit, and what they decided. */
function Reviews({ credit: { reviews } }: { credit: Credit }) {
  const { t, moment } = useWords();
  if (reviews.length === 0) {
    return null;
  }
  return (
    <section class="card" aria-labelledby="reviews">
      <h2 id="reviews">{t.reviews}</h2>
      <ul class="notes">
        {reviews.map(({ organizationId, organizationName, state, reason, reviewedAt }) => (
          <li key={organizationId}>
            {t.reviewState[state](organizationName)}
            {reviewedAt && <span class="muted"> {moment(reviewedAt)}</span>}
            {reason && <blockquote class="said">{reason}</blockquote>}
          </li>
        ))}
      </ul>
      <p class="muted">{t.reviewsOfCredit}</p>
    </section>
  );
}

function Duplicates({ credit: { duplicates } }: { credit: Credit }) {
  const words = useWords();
  const { t, shortDay } = words;
  if (duplicates.length === 0) {
    return null;
  }
  return (
    <section class="card attention" aria-labelledby="duplicates">
      <h2 id="duplicates">{t.duplicatesTitle}</h2>
      <p>{t.duplicatesText}</p>
      <ul class="notes">
        {duplicates.map(({ credit, same }) => (
          <li key={credit.id}>
            <a href={`/credits/${credit.id}`}>{credit.title}</a>, {lengthOf(words, credit)}, <time dateTime={credit.completedOn}>{shortDay(credit.completedOn)}</time>
            {same && ` · ${t.duplicateExact}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Posted is a credit that an organization posted: she reads it, and says so when it is wrong. */
function Posted({ credit, onShown }: { credit: Credit; onShown: (by: Credit["postedBy"]) => void }) {
  const words = useWords();
  const { t, day, moment, amount, named } = words;
  const { postedBy, title, completedOn, provider, notes, uses } = credit;
  useEffect(() => onShown(postedBy), [postedBy?.organizationId]);
  return (
    <>
      <Duplicates credit={credit} />
      <div class="columns">
        <div>
          <section class="card" aria-labelledby="what">
            <h2 id="what">{title}</h2>
            <p class="requirement-title">
              <time dateTime={completedOn}>{day(completedOn)}</time>
              <strong>{lengthOf(words, credit)}</strong>
            </p>
            {provider && <p>{provider}</p>}
            {notes && <p class="said">{notes}</p>}
            {postedBy && (
              <p>
                <span class="tag own">{t.creditPostedBy(postedBy.organizationName)}</span> <span class="muted">{moment(postedBy.postedAt)}</span>
              </p>
            )}
            <p class="muted">{t.creditPostedText}</p>
            <Disputing credit={credit} />
          </section>
          <Files creditId={credit.id} />
        </div>
        <section aria-labelledby="uses">
          <h2 id="uses">{t.countsFor}</h2>
          {uses.length === 0 && <p class="muted">{t.countsForNothing}</p>}
          <ul class="rows">
            {uses.map(({ certification, counted, unit, explanation }) => (
              <li key={certification.id} class="card">
                <p class="requirement-title">
                  <a href={`/certifications/${certification.id}`}>{certification.program.name}</a>
                  <strong>{counted === null ? t.countsUnknown : `${amount(counted)} ${named(counted, unit)}`}</strong>
                </p>
                <p class="explanation">{explanation}</p>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}

function Disputing({ credit: { id, version, dispute } }: { credit: Credit }) {
  const { t, moment } = useWords();
  const { say } = useSession();
  const [disputed, send] = useMutation(DisputeCreditDocument);
  const [withdrawn, withdraw] = useMutation(WithdrawDisputeDocument);
  const [busy, setBusy] = useState(false);
  if (dispute?.open) {
    return (
      <div>
        <p>
          <strong>{t.disputeOpen}</strong>
        </p>
        <p class="said">{t.reasonOf(dispute.reason)}</p>
        <p class="muted">{t.disputedAt(moment(dispute.disputedAt))}</p>
        <button
          type="button"
          disabled={busy}
          onClick={async () => {
            setBusy(true);
            if ((await withdraw({ input: { id, version } })).data?.withdrawDispute) {
              say(t.disputeWithdrawn);
            }
            setBusy(false);
          }}
        >
          {t.disputeWithdraw}
        </button>
        <Problem error={withdrawn.error} stale />
      </div>
    );
  }
  return (
    <div>
      {dispute?.resolvedAt && (
        <>
          <p>
            <strong>{t.disputeResolved(moment(dispute.resolvedAt))}</strong>
          </p>
          {dispute.resolution && <p class="said">{t.reasonOf(dispute.resolution)}</p>}
        </>
      )}
      <Reasoned
        label={t.dispute}
        text={t.disputeText}
        reason={t.disputeReason}
        hint={t.disputeReasonHint}
        error={disputed.error}
        onSure={async (reason) => {
          const done = Boolean((await send({ input: { id, version, reason } })).data?.disputeCredit);
          if (done) {
            say(t.disputeSent);
          }
          return done;
        }}
      />
    </div>
  );
}

/** Files are those that prove a credit, and a way to add one. */
function Files({ creditId }: { creditId: string }) {
  const { t } = useWords();
  const { say } = useSession();
  const [round, setRound] = useState(0);
  return (
    <section aria-labelledby="files">
      <h2 id="files">{t.files}</h2>
      <Loaded key={round} query={FilesOfCreditDocument} variables={{ id: creditId }} types={["Evidence"]}>
        {({ node }) =>
          node?.__typename === "Credit" && (
            <>
              {node.evidence.length === 0 && <p class="muted">{t.filesOfCreditNone}</p>}
              <ul class="rows">
                {node.evidence.map((file) => (
                  <FileRow key={file.id} file={file} onRemoved={() => say(t.fileRemoved)} />
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
      <Uploader creditId={creditId} text={t.addFile} onSent={() => setRound((round) => round + 1)} />
    </section>
  );
}

export const inTime = "time";

/** Draft is what stands in the form. */
export interface Draft {
  title: string;
  provider: string;
  completedOn: string;
  unit: string;
  hours: string;
  minutes: string;
  amount: string;
  topics: string[];
  format: string;
  role: string;
  approvals: string[];
  portions: PortionDraft[];
  notes: string;
}

/** PortionDraft is a part about something else; what it says of the amount is in the unit of the whole. */
interface PortionDraft {
  key: string;
  hours: string;
  minutes: string;
  amount: string;
  topics: string[];
}

/** Said is what a credit, or one that was read, says of itself. */
type Said = Partial<Pick<Credit, "title" | "provider" | "completedOn" | "minutes" | "amount" | "unit" | "format" | "role" | "topics" | "approvals" | "notes">> & {
  portions?: { minutes: number | null; amount: string | null; topics: string[] | null }[];
};

/** inHours are minutes as the two fields for them show them. */
const inHours = (minutes: number | null) => ({
  hours: minutes === null ? "" : String(Math.floor(minutes / 60)),
  minutes: minutes === null ? "" : String(minutes % 60),
});

/** draftOf is what stands in the form at first. */
export function draftOf(credit: Said | undefined, now: string): Draft {
  return {
    title: credit?.title ?? "",
    provider: credit?.provider ?? "",
    completedOn: credit?.completedOn ?? now,
    unit: credit?.unit?.id ?? inTime,
    ...inHours(credit?.minutes ?? null),
    amount: credit?.amount ?? "",
    topics: credit?.topics ?? [],
    format: credit?.format ?? "",
    role: credit?.role ?? "",
    approvals: credit?.approvals ?? [],
    portions: (credit?.portions ?? []).map(({ minutes, amount, topics }) => ({ key: newId(), ...inHours(minutes), amount: amount ?? "", topics: topics ?? [] })),
    notes: credit?.notes ?? "",
  };
}

/** amountIn is how much the fields say, in minutes or the unit; null while they say nothing. */
function amountIn(unit: string, { hours, minutes, amount }: Pick<Draft, "hours" | "minutes" | "amount">): { minutes: number } | { amount: string } | null {
  if (unit === inTime) {
    const all = Number(hours || 0) * 60 + Number(minutes || 0);
    return all > 0 ? { minutes: all } : null;
  }
  const decimal = amount.trim().replace(",", ".");
  return Number(decimal) > 0 ? { amount: decimal } : null;
}

/** inputOf is what the draft says, or null while it does not say enough. */
export function inputOf(id: string | undefined, draft: Draft, credit?: Said): LogCreditInput | null {
  const much = amountIn(draft.unit, draft);
  if (!draft.title.trim() || !draft.completedOn || !much) {
    return null;
  }
  const portions = draft.portions.flatMap((portion) => {
    const part = amountIn(draft.unit, portion);
    return part ? [{ ...part, topics: portion.topics }] : [];
  });
  // Nothing ticked says nothing, unless something had been said before.
  const terms = (chosen: string[], before: string[] | null | undefined) => (chosen.length > 0 ? chosen : before ? [] : null);
  return {
    id,
    title: draft.title,
    completedOn: draft.completedOn,
    ...much,
    ...("amount" in much && { unit: draft.unit }),
    provider: draft.provider || null,
    format: draft.format || null,
    role: draft.role || null,
    topics: terms(draft.topics, credit?.topics),
    approvals: terms(draft.approvals, credit?.approvals),
    portions: portions.length > 0 || credit?.portions?.length ? portions : null,
    notes: draft.notes || null,
  };
}

/** Reading is a file beside the form, from which the credit is logged. */
export interface Reading {
  /** What was read; null for nothing. */
  said: { [Key in keyof Said]: Said[Key] | null } | null;
  /** Stands below a field. */
  below: (field: string, change: (part: Partial<Draft>) => void, draft: Draft) => ComponentChildren;
  onField: (field: string) => void;
  /** Logs the credit, and returns what was wrong. */
  send: (input: LogCreditInput) => Promise<CombinedError | undefined>;
}

export function CreditForm({ credit, held, reading }: { credit?: Credit; held: Held; reading?: Reading }) {
  const { t } = useWords();
  const { say } = useSession();
  const { timeZone } = useViewer();
  const { route } = useLocation();
  // The id of what was read follows from the file.
  const [id] = useState(() => (reading?.said ? undefined : (credit?.id ?? newId())));
  const now = today(timeZone);
  const said = credit ?? (reading?.said as Said | null | undefined) ?? undefined;
  const [draft, setDraft] = useState(() => draftOf(said, reading?.said ? "" : now));
  const [refused, setRefused] = useState<CombinedError>();
  const [logged, log] = useMutation(LogCreditDocument);
  const [updated, update] = useMutation(UpdateCreditDocument);
  const change = (part: Partial<Draft>) => setDraft((draft) => ({ ...draft, ...part }));
  const input = inputOf(id, draft, said);
  const error = refused ?? logged.error ?? updated.error;
  const problems = problemsOf(error);
  const known = useMemo(() => creditWordsOf(held.map(({ program }) => program)), [held]);
  const strange = said?.unit && !known.units.some(({ id }) => id === said.unit?.id) ? [{ id: said.unit.id, name: said.unit.plural }] : [];
  const words = { ...known, units: [...known.units, ...strange] };
  const below = (field: string) => reading?.below(field, change, draft);
  return (
    <div class="columns">
      <div
        class="card"
        onFocusIn={(event: FocusEvent) => {
          const field = (event.target as Element).closest<HTMLElement>("[data-field]")?.dataset["field"];
          if (field) {
            reading?.onField(field);
          }
        }}
      >
        <Form
          submit={credit ? t.save : t.logIt}
          error={error}
          fields={fieldsOf(draft)}
          names={{ portions: t.portions }}
          onSubmit={async () => {
            if (!input) {
              return;
            }
            if (reading) {
              setRefused(await reading.send(input));
              return;
            }
            const { id: _, ...fields } = input;
            const saved = credit ? (await update({ input: { id: credit.id, version: credit.version, ...fields } })).data?.updateCredit : (await log({ input })).data?.logCredit;
            if (saved) {
              say(credit ? t.saved : t.logged);
              route("/credits");
            }
          }}
          beside={credit && <Delete credit={credit} />}
        >
          <CreditFields words={words} draft={draft} change={change} latest={now} problems={problems} open={Boolean(said)} below={below} />
        </Form>
      </div>
      <Preview input={input} held={held} />
    </div>
  );
}

/** fieldsOf are the fields that CreditFields shows what is wrong with. */
export const fieldsOf = (draft: Draft) => [
  "title",
  "provider",
  "completedOn",
  "minutes",
  "amount",
  "notes",
  ...draft.portions.flatMap((_, at) => ["minutes", "amount", "topics"].map((field) => `portions.${at}.${field}`)),
];

interface CreditFieldsProps {
  words: CreditWords;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** The last day that can be chosen. */
  latest: string;
  problems: Record<string, string>;
  /** Whether the details are in sight. */
  open: boolean;
  below?: (field: string) => ComponentChildren;
}

/** CreditFields are those by which a credit is described. */
export function CreditFields({ words: { units, topics, formats, roles, approvals }, draft, change, latest, problems, open, below = () => null }: CreditFieldsProps) {
  const { t } = useWords();
  const none = { id: "", name: t.notStated };
  return (
    <>
      <div data-field="title">
        <Input label={t.creditTitle} hint={t.creditTitleHint} maxLength={300} value={draft.title} onValue={(title) => change({ title })} problem={problems["title"]} />
        {below("title")}
      </div>
      <div class="pair">
        <div data-field="completedOn">
          <Input label={t.completedOn} type="date" max={latest} value={draft.completedOn} onValue={(completedOn) => change({ completedOn })} problem={problems["completedOn"]} />
          {below("completedOn")}
        </div>
        <div data-field="provider">
          <Input label={t.provider} optional maxLength={200} value={draft.provider} onValue={(provider) => change({ provider })} problem={problems["provider"]} />
          {below("provider")}
        </div>
      </div>
      <fieldset data-field="amount">
        <legend>{t.howMuch}</legend>
        <div class="pair">
          <Select label={t.unit} value={draft.unit} onValue={(unit) => change({ unit })} options={[{ id: inTime, name: t.inTime }, ...units]} />
          <Much unit={draft.unit} value={draft} onValue={change} problem={problems["minutes"] ?? problems["amount"]} />
        </div>
        {below("amount")}
      </fieldset>
      {topics.length > 0 && <Choices label={t.topics} options={topics} chosen={draft.topics} onChosen={(topics) => change({ topics })} />}
      {(topics.length > 0 || draft.portions.length > 0) && (
        <Portions unit={draft.unit} topics={topics} portions={draft.portions} onPortions={(portions) => change({ portions })} problems={problems} />
      )}
      <details open={open}>
        <summary>{t.moreDetail}</summary>
        {formats.length > 0 && (
          <div data-field="format">
            <Select label={t.format} optional value={draft.format} onValue={(format) => change({ format })} options={[none, ...formats]} />
            {below("format")}
          </div>
        )}
        {roles.length > 0 && <Select label={t.role} optional value={draft.role} onValue={(role) => change({ role })} options={[none, ...roles]} />}
        {approvals.length > 0 && <Choices label={t.approvals} options={approvals} chosen={draft.approvals} onChosen={(approvals) => change({ approvals })} />}
        <Field label={t.notes} optional problem={problems["notes"]}>
          {(field) => <textarea {...field} rows={3} maxLength={50_000} value={draft.notes} onInput={(event) => change({ notes: event.currentTarget.value })} />}
        </Field>
      </details>
    </>
  );
}

/** Much are the fields for how much, in time or in a unit. */
function Much({ unit, value, onValue, problem }: { unit: string; value: Pick<Draft, "hours" | "minutes" | "amount">; onValue: (part: Partial<Pick<Draft, "hours" | "minutes" | "amount">>) => void; problem?: string }) {
  const { t } = useWords();
  return unit === inTime ? (
    <div class="pair tight">
      <Input label={t.hours} type="number" min={0} max={9999} step={1} inputMode="numeric" required={false} value={value.hours} onValue={(hours) => onValue({ hours })} />
      <Input label={t.minutes} type="number" min={0} max={9999} step={1} inputMode="numeric" required={!value.hours} value={value.minutes} onValue={(minutes) => onValue({ minutes })} problem={problem} />
    </div>
  ) : (
    <Input label={t.amount} inputMode="decimal" pattern="[0-9]+([.,][0-9]+)?" value={value.amount} onValue={(amount) => onValue({ amount })} problem={problem} />
  );
}

const mostPortions = 20;

/** Portions are parts of the credit that are about something else. */
function Portions({ unit, topics, portions, onPortions, problems }: { unit: string; topics: Term[]; portions: PortionDraft[]; onPortions: (portions: PortionDraft[]) => void; problems: Record<string, string> }) {
  const { t } = useWords();
  const add = useRef<HTMLButtonElement>(null);
  // Parts that were read may be about what no program held knows.
  const known = (chosen: string[]) => [...topics, ...chosen.filter((id) => !topics.some((topic) => topic.id === id)).map((id) => ({ id, name: id }))];
  return (
    <div class="portions">
      {portions.map(({ key, ...portion }, at) => {
        const change = (part: Partial<PortionDraft>) => onPortions(portions.map((one) => (one.key === key ? { ...one, ...part } : one)));
        const unsaid = problems[`portions.${at}.topics`];
        return (
          <fieldset key={key}>
            <legend>{t.portion(at + 1)}</legend>
            <Much unit={unit} value={portion} onValue={change} problem={problems[`portions.${at}.minutes`] ?? problems[`portions.${at}.amount`]} />
            <Choices label={t.portionTopics} options={known(portion.topics)} chosen={portion.topics} onChosen={(topics) => change({ topics })} />
            {unsaid && (
              <p class="problem">
                {t.portionTopics} {unsaid}
              </p>
            )}
            <button
              type="button"
              class="quiet"
              aria-label={`${t.remove}: ${t.portion(at + 1)}`}
              onClick={() => {
                onPortions(portions.filter((one) => one.key !== key));
                add.current?.focus();
              }}
            >
              {t.remove}
            </button>
          </fieldset>
        );
      })}
      <button
        type="button"
        class="quiet"
        ref={add}
        disabled={portions.length >= mostPortions}
        onClick={() => onPortions([...portions, { key: newId(), hours: "", minutes: "", amount: "", topics: [] }])}
      >
        {t.portionAdd}
      </button>
    </div>
  );
}

/** Preview asks, a little after the last letter, what the credit would change. */
function Preview({ input, held }: { input: LogCreditInput | null; held: Held }) {
  const words = useWords();
  const { t, amount, named } = words;
  const text = useLater(JSON.stringify(input), 400);
  const asked = useMemo(() => JSON.parse(text) as LogCreditInput | null, [text]);
  const [{ data, error, fetching }] = useQuery({ query: PreviewCreditDocument, variables: { input: asked! }, pause: asked === null, requestPolicy: "network-only" });
  const problem = useUnclaimed(error);
  const previews = asked && data?.previewCredit?.certifications;
  return (
    <aside class="preview" aria-busy={fetching} aria-labelledby="preview">
      <h2 id="preview">{t.preview}</h2>
      <div role="status">
        {!asked && <p class="muted">{held.length > 0 ? t.previewWaiting : t.previewNone}</p>}
        {asked && problem && <p class="problem">{problem}</p>}
        {previews && previews.length === 0 && <p class="muted">{t.previewNone}</p>}
        {previews && !problem && (
          <ul class="rows">
            {previews.map(({ certification, use, before, after, changes }) => (
              <li key={certification.id} class="card">
                <p class="requirement-title">
                  <strong>{certification.program.name}</strong>
                  {use?.counted && Number(use.counted) > 0 && (
                    <span class="plus">
                      +{amount(use.counted)} {named(use.counted, use.unit)}
                    </span>
                  )}
                </p>
                {before.outcome !== after.outcome && <Mark outcome={after.outcome} />}
                {changes.length === 0 && <p class="muted">{t.previewNoChange}</p>}
                <ul class="changes">
                  {changes.map(({ requirementId, title, before, after }) => (
                    <li key={requirementId}>
                      <span>{title}</span>
                      {after && <span class="figure">{earnedOf(words, after)}</span>}
                      {after && after.outcome !== before?.outcome && <Mark outcome={after.outcome} />}
                      {after?.kind === "MINIMUM" && <Meter requirement={after} />}
                    </li>
                  ))}
                </ul>
                {use && <p class="explanation">{use.explanation}</p>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </aside>
  );
}

function Delete({ credit }: { credit: Credit }) {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const [{ error }, remove] = useMutation(DeleteCreditDocument);
  const problem = useUnclaimed(error);
  return (
    <>
      <Dangerous
        label={t.deleteCredit}
        sure={t.deleteSure}
        onSure={async () => {
          const { data } = await remove({ input: { id: credit.id, version: credit.version } });
          if (data?.deleteCredit) {
            say(t.deleted);
            route("/credits");
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
