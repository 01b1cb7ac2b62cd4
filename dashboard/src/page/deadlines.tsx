import { useMutation } from "@urql/preact";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Dangerous, Form, Input, Select, useUnclaimed } from "../component/form";
import { Page } from "../component/page";
import { Empty, Loaded, Pages } from "../component/state";
import { dayAfter, daysBetween, deviceTimeZone, today } from "../date";
import { newId } from "../id";
import {
  AddDeadlineDocument,
  CompleteDeadlineDocument,
  DeadlinesDocument,
  type DeadlinesQuery,
  RemoveDeadlineDocument,
  type RepetitionInput,
  SnoozeDeadlineDocument,
  VocabularyDocument,
} from "../graph.generated";
import { useSession, useViewer } from "../session";
import { useWords } from "../text/text";

type Deadline = NonNullable<DeadlinesQuery["me"]>["deadlines"]["nodes"][number];

/** DeadlineRow is one deadline on a line of time. */
export function DeadlineRow({ deadline, actions }: { deadline: Deadline; actions?: boolean }) {
  const { t, day, amount, named } = useWords();
  const now = today(deadline.timeZone);
  const left = daysBetween(now, deadline.dueOn);
  const near = deadline.status === "UPCOMING" && left <= 30;
  return (
    <li class={`due ${deadline.status} ${near ? "near" : ""}`}>
      <p class="when">
        <time dateTime={deadline.dueOn}>{day(deadline.dueOn)}</time> <span class="muted">{deadline.status === "UPCOMING" ? t.inDays(left) : t.deadlineStatus[deadline.status]}</span>
      </p>
      <p class="what">
        {deadline.certification ? (
          <a href={`/certifications/${deadline.certification.id}`}>{deadline.title}</a>
        ) : (
          deadline.title
        )}
      </p>
      {deadline.status === "UPCOMING" && deadline.remaining !== null && Number(deadline.remaining) > 0 && (
        <p class="muted">{t.toGo(amount(deadline.remaining), named(deadline.remaining, deadline.unit))}</p>
      )}
      {deadline.own?.doneOn && <p class="muted">{t.doneOn(day(deadline.own.doneOn))}</p>}
      {deadline.own?.notes && <p class="muted">{deadline.own.notes}</p>}
      {actions && deadline.status !== "MET" && <Snooze deadline={deadline} />}
      {actions && deadline.own && <OwnActions deadline={deadline} version={deadline.own.version} />}
    </li>
  );
}

/** Snooze silences the reminders of a deadline until a day, and ends that. */
function Snooze({ deadline: { id, title, snoozedUntil } }: { deadline: Deadline }) {
  const { t, day } = useWords();
  const { say } = useSession();
  const { timeZone } = useViewer();
  const now = today(timeZone);
  const [until, setUntil] = useState(dayAfter(now, 7));
  const [{ error, fetching }, snooze] = useMutation(SnoozeDeadlineDocument);
  const problem = useUnclaimed(error, ["until"]);
  if (snoozedUntil) {
    return (
      <>
        <p class="muted">{t.snoozedUntil(day(snoozedUntil))}</p>
        <div class="actions">
          <button type="button" class="quiet" disabled={fetching} aria-label={`${t.snoozeEnd}: ${title}`} onClick={() => snooze({ input: { id, until: null } })}>
            {t.snoozeEnd}
          </button>
        </div>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
      </>
    );
  }
  return (
    <details>
      <summary>
        {t.snooze}
        <span class="hidden">: {title}</span>
      </summary>
      <Form submit={t.snoozeSave} error={error} fields={["until"]} onSubmit={() => snooze({ input: { id, until } }).then(({ data }) => data?.snoozeDeadline && say(t.saved))}>
        <Input label={t.snoozeUntil} type="date" min={dayAfter(now, 1)} max={dayAfter(now, 730)} value={until} onValue={setUntil} problem={problemsOf(error)["until"]} />
      </Form>
    </details>
  );
}

function OwnActions({ deadline, version }: { deadline: Deadline; version: number }) {
  const { t } = useWords();
  const [completed, complete] = useMutation(CompleteDeadlineDocument);
  const [removed, remove] = useMutation(RemoveDeadlineDocument);
  const problem = useUnclaimed(completed.error ?? removed.error);
  return (
    <div class="actions">
      {deadline.status !== "MET" && (
        <button type="button" disabled={completed.fetching} aria-label={`${t.markDone}: ${deadline.title}`} onClick={() => complete({ input: { id: deadline.id, version } })}>
          {t.markDone}
        </button>
      )}
      <Dangerous label={t.remove} sure={t.removeSure} onSure={() => remove({ input: { id: deadline.id, version } })} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

export function DeadlinesPage() {
  const { t, month } = useWords();
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={t.deadlines}
      narrow
      actions={
        <button type="button" class="primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>
          {t.addDeadline}
        </button>
      }
    >
      {adding && <AddDeadline done={() => setAdding(false)} />}
      <Pages
        page={(after, more) => (
          <Loaded query={DeadlinesDocument} variables={{ after }} types={["Deadline", "Certification"]}>
            {({ me }) => {
              const { nodes, pageInfo } = me!.deadlines;
              if (nodes.length === 0 && after === null) {
                return (
                  <Empty title={t.deadlineEmpty}>
                    <p>{t.deadlineEmptyText}</p>
                  </Empty>
                );
              }
              return (
                <>
                  {byMonth(nodes).map(([key, due]) => (
                    <section key={key} aria-labelledby={`month-${key}`}>
                      <h2 id={`month-${key}`} class="month">
                        {month(`${key}-01`)}
                      </h2>
                      <ol class="timeline">
                        {due.map((deadline) => (
                          <DeadlineRow key={deadline.id} deadline={deadline} actions />
                        ))}
                      </ol>
                    </section>
                  ))}
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

function byMonth(deadlines: Deadline[]): [string, Deadline[]][] {
  const months = new Map<string, Deadline[]>();
  for (const deadline of deadlines) {
    const key = deadline.dueOn.slice(0, 7);
    months.set(key, [...(months.get(key) ?? []), deadline]);
  }
  return [...months];
}

const repetitions: Record<string, RepetitionInput | null> = {
  never: null,
  monthly: { every: 1, unit: "MONTHS" },
  yearly: { every: 1, unit: "YEARS" },
  twoYearly: { every: 2, unit: "YEARS" },
};

function AddDeadline({ done }: { done: () => void }) {
  const { t } = useWords();
  const { say } = useSession();
  const { timeZone } = useViewer();
  const [id] = useState(newId);
  const [title, setTitle] = useState("");
  const [dueOn, setDueOn] = useState("");
  const [repeats, setRepeats] = useState("never");
  const [certificationId, setCertification] = useState("");
  const [notes, setNotes] = useState("");
  const [{ error }, add] = useMutation(AddDeadlineDocument);
  const problems = problemsOf(error);
  return (
    <section class="card" aria-label={t.addDeadline}>
      <Form
        submit={t.addDeadline}
        error={error}
        fields={["title", "dueOn", "notes"]}
        beside={
          <button type="button" class="quiet" onClick={done}>
            {t.cancel}
          </button>
        }
        onSubmit={async () => {
          const { data } = await add({
            input: { id, title, dueOn, repeats: repetitions[repeats], certificationId: certificationId || null, notes: notes || null, ...(timeZone || certificationId ? {} : { timeZone: deviceTimeZone() }) },
          });
          if (data?.addDeadline) {
            say(t.saved);
            done();
          }
        }}
      >
        <Input label={t.deadlineTitle} value={title} onValue={setTitle} maxLength={200} problem={problems["title"]} />
        <div class="pair">
          <Input label={t.dueOn} type="date" value={dueOn} onValue={setDueOn} problem={problems["dueOn"]} />
          <Select
            label={t.repeats}
            value={repeats}
            onValue={setRepeats}
            options={[
              { id: "never", name: t.repeatsNever },
              { id: "monthly", name: t.repeatsMonthly },
              { id: "yearly", name: t.repeatsYearly },
              { id: "twoYearly", name: t.repeatsTwoYearly },
            ]}
          />
        </div>
        <Loaded query={VocabularyDocument} variables={{}} types={["Certification"]}>
          {({ me }) =>
            me && me.certifications.nodes.length > 0 ? (
              <Select
                label={t.forCertification}
                optional
                value={certificationId}
                onValue={setCertification}
                options={[{ id: "", name: t.noCertification }, ...me.certifications.nodes.map(({ id, program }) => ({ id, name: program.name }))]}
              />
            ) : null
          }
        </Loaded>
        <Input label={t.notes} optional value={notes} onValue={setNotes} maxLength={2000} problem={problems["notes"]} />
      </Form>
    </section>
  );
}
