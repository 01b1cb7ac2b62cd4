import { useMutation } from "@urql/preact";
import { useLocation, useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Recorded } from "../component/fact";
import { Dangerous, Form, Input, useUnclaimed } from "../component/form";
import { Page } from "../component/page";
import { amountsOf, earnedOf, Mark, Meter, remainingOf, Ring } from "../component/progress";
import { QuestionField } from "../component/question";
import { SourceLink } from "../component/source";
import { Empty, Loaded, NotFoundPage, Pages } from "../component/state";
import { daysBetween } from "../date";
import {
  CertificationCreditsDocument,
  CertificationDocument,
  type CertificationQuery,
  RecordRenewalDocument,
  RemoveCertificationDocument,
  UndoRenewalDocument,
  UpdateCertificationDocument,
} from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { OwnReminders } from "./own-reminders";

type Certification = Extract<NonNullable<CertificationQuery["node"]>, { __typename: "Certification" }>;
type Requirement = Certification["standing"]["requirements"][number];

export function CertificationPage() {
  const { params } = useRoute();
  return (
    <Loaded whole key={params["id"]} query={CertificationDocument} variables={{ id: params["id"] ?? "" }} types={["Certification", "Credit"]}>
      {({ node }) => (node?.__typename === "Certification" ? <Shown certification={node} /> : <NotFoundPage />)}
    </Loaded>
  );
}

function Shown({ certification }: { certification: Certification }) {
  const words = useWords();
  const { t, day } = words;
  const { program, standing, cycle, number } = certification;
  const limits = standing.requirements.filter(isLimit);
  return (
    <Page
      title={program.name}
      lead={[program.body, number].filter(Boolean).join(" · ")}
      actions={
        <a class="button primary" href="/credits/new">
          {t.logCredit}
        </a>
      }
    >
      <div class="card summary">
        <Ring requirement={amountsOf(standing.requirements)[0]} outcome={standing.outcome} />
        <div>
          <p class="figures">
            <Mark outcome={standing.outcome} />
            {standing.outcome !== "MET" && <strong>{remainingOf(words, standing)}</strong>}
            {standing.phase !== "OPEN" && <span class={`tag ${standing.phase}`}>{t.phase[standing.phase]}</span>}
          </p>
          {cycle ? (
            <>
              <p>
                <strong>{t.earnBy(day(cycle.earnBy))}</strong> · {t.daysLeft(daysBetween(standing.asOf, cycle.earnBy))}
              </p>
              <p class="muted">
                {[
                  t.cycleDays(day(cycle.startsOn), day(cycle.endsOn)),
                  cycle.reportBy && cycle.reportBy !== cycle.earnBy && t.reportBy(day(cycle.reportBy)),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </>
          ) : (
            <p>{t.noCycle}</p>
          )}
        </div>
      </div>
      {standing.questions.length > 0 && <Questions certification={certification} />}
      <div class="columns">
        <section aria-labelledby="asks">
          <h2 id="asks">{t.whatItAsks}</h2>
          <Requirements all={standing.requirements.filter((requirement) => !isLimit(requirement))} parent={null} />
          {limits.length > 0 && (
            <details>
              <summary>{t.limits(limits.length)}</summary>
              <Requirements all={limits} parent={null} />
            </details>
          )}
          <Carried certification={certification} />
        </section>
        <div>
          <Granted certification={certification} />
          <Needed certification={certification} />
          <Counted id={certification.id} />
        </div>
      </div>
      <Manage certification={certification} />
    </Page>
  );
}

/** isLimit tells what caps the whole: it asks nothing of anybody, and stands apart. */
export const isLimit = ({ kind, parentId }: Requirement) => kind === "MAXIMUM" && parentId === null;

/** Requirements are those below the parent, null for the uppermost, each with those below it. */
export function Requirements({ all, parent }: { all: Requirement[]; parent: string | null }) {
  const below = all.filter(({ parentId }) => parentId === parent);
  if (below.length === 0) {
    return null;
  }
  return (
    <ul class={parent === null ? "requirements" : "requirements below"}>
      {below.map((requirement) => (
        <li key={requirement.id}>
          <Row requirement={requirement} />
          <Requirements all={all} parent={requirement.id} />
        </li>
      ))}
    </ul>
  );
}

function Row({ requirement }: { requirement: Requirement }) {
  const words = useWords();
  const { t } = words;
  const figure = earnedOf(words, requirement);
  return (
    <div class="requirement">
      <p class="requirement-title">
        <span>{requirement.title}</span>
        {requirement.kind !== "MAXIMUM" && <Mark outcome={requirement.outcome} />}
      </p>
      {figure && (
        <>
          <p class="figure">{figure}</p>
          {requirement.kind === "MINIMUM" && <Meter requirement={requirement} />}
        </>
      )}
      <details>
        <summary>
          {t.why}
          <span class="hidden">: {requirement.title}</span>
        </summary>
        <p>{requirement.explanation}</p>
        {requirement.source && (
          <p class="muted">
            {t.source}: <SourceLink source={requirement.source} />
          </p>
        )}
      </details>
    </div>
  );
}

function Carried({ certification }: { certification: Certification }) {
  const { t, amount, named } = useWords();
  const { carriedIn, carriesOver } = certification.standing;
  return (
    <>
      {[
        { title: t.carriedIn, carried: carriedIn },
        { title: t.carriesOver, carried: carriesOver },
      ].map(
        ({ title, carried }) =>
          carried.length > 0 && (
            <p key={title}>
              {title}: <strong>{carried.map((one) => `${amount(one.amount)} ${named(one.amount, one.unit)}`).join(" + ")}</strong>
            </p>
          ),
      )}
    </>
  );
}

/** Granted is what the organization whose program it is has recorded for her. */
function Granted({ certification: { facts, program, standing } }: { certification: Certification }) {
  const { t } = useWords();
  const recorded = facts.filter(({ recorded }) => recorded !== null);
  return recorded.length === 0 ? null : (
    <section aria-labelledby="granted">
      <h2 id="granted">{t.facts}</h2>
      <ul class="uses">
        {recorded.map((fact) => (
          <li key={`${fact.questionId} ${fact.since}`}>
            <Recorded fact={fact} requirements={standing.requirements} questions={program.questions} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Needed({ certification }: { certification: Certification }) {
  const { t, amount, named, day } = useWords();
  const { suggestions, program, standing } = certification;
  const term = (id: string) => [...program.topics, ...program.formats, ...program.roles, ...program.approvals].find((one) => one.id === id)?.name;
  const open = standing.requirements.filter(({ id }) => suggestions[0]?.openRequirementIds.includes(id));
  const missing = standing.requirements.filter(
    ({ kind, force, outcome }) => force === "BINDING" && (outcome === "NOT_MET" || outcome === "NOT_EVALUATED") && (kind === "CONDITION" || kind === "OTHER"),
  );
  if (suggestions.length === 0) {
    return (
      <section aria-labelledby="needed">
        <h2 id="needed">{t.stillNeeded}</h2>
        {missing.length === 0 && standing.outcome === "MET" ? (
          <p>{t.stillNeededNothing}</p>
        ) : (
          <ul class="notes">
            {missing.map(({ id, title }) => (
              <li key={id}>{title}</li>
            ))}
          </ul>
        )}
      </section>
    );
  }
  return (
    <section aria-labelledby="needed">
      <h2 id="needed">{t.stillNeeded}</h2>
      <p>{suggestions.length === 1 ? t.suggestionOne : t.suggestionText}</p>
      <ol class="suggestions">
        {suggestions.map((suggestion, i) => (
          <li key={i} class="card" aria-label={suggestions.length > 1 ? t.suggestion(i + 1) : undefined}>
            <ul>
              {suggestion.activities.map((activity, j) => (
                <li key={j}>
                  <strong>
                    {amount(activity.amount)} {named(activity.amount, activity.unit)}
                  </strong>{" "}
                  {[...activity.topics, activity.format, activity.role, ...activity.approvals].map((id) => id && term(id)).filter(Boolean).join(" · ")}
                  <span class="muted"> {t.until(day(activity.until))}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {open.length > 0 && (
        <>
          <p>{t.openToo}</p>
          <ul class="notes">
            {open.map(({ id, title }) => (
              <li key={id}>{title}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Questions({ certification }: { certification: Certification }) {
  const { t } = useWords();
  const { say } = useSession();
  const { id, version, facts, standing } = certification;
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [{ error }, update] = useMutation(UpdateCertificationDocument);
  const problems = problemsOf(error);
  const asked = standing.questions.filter(({ target }) => target === "FACT" || target === "ISSUED_ON" || target === "EXPIRES_ON");
  const inCredits = standing.questions.filter((question) => !asked.includes(question));
  const answered = asked.filter((question) => answers[question.id]);
  const about = (target: string) => answered.find((question) => question.target === target);
  // All facts are replaced: those that are there go along.
  const kept = facts.map(({ questionId, value, since }) => ({ questionId, value, since }));
  const added = answered.filter(({ target }) => target === "FACT");
  const pathOf = (questionId: string, target: string) =>
    target === "ISSUED_ON" ? "issuedOn" : target === "EXPIRES_ON" ? "expiresOn" : `facts.${kept.length + added.findIndex((question) => question.id === questionId)}.value`;
  return (
    <section class="card attention" aria-labelledby="questions">
      <h2 id="questions">{t.answerQuestions}</h2>
      {asked.length > 0 && (
        <>
          <p>{t.answerText}</p>
          <Form
            submit={t.answerSave}
            error={error}
            fields={asked.map((question) => pathOf(question.id, question.target))}
            busy={answered.length === 0}
            onSubmit={async () => {
              const issued = about("ISSUED_ON");
              const expires = about("EXPIRES_ON");
              const { data } = await update({
                input: {
                  id,
                  version,
                  ...(issued && { issuedOn: answers[issued.id] }),
                  ...(expires && { expiresOn: answers[expires.id] }),
                  ...(added.length > 0 && { facts: [...kept, ...added.map((question) => ({ questionId: question.id, value: answers[question.id]! }))] }),
                },
              });
              if (data?.updateCertification) {
                setAnswers({});
                say(t.saved);
              }
            }}
          >
            {asked.map((question) => (
              <QuestionField
                key={question.id}
                question={question}
                value={answers[question.id] ?? ""}
                onValue={(value) => setAnswers((answers) => ({ ...answers, [question.id]: value }))}
                problem={problems[pathOf(question.id, question.target)]}
              />
            ))}
          </Form>
        </>
      )}
      {inCredits.length > 0 && (
        <>
          <p>{t.inCredits}</p>
          <ul class="notes">
            {inCredits.map((question) => (
              <li key={question.id}>
                {question.prompt}{" "}
                {question.creditIds.slice(0, 5).map((creditId, i) => (
                  <a key={creditId} href={`/credits/${creditId}`}>
                    {t.creditNumber(i + 1)}{" "}
                  </a>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Counted({ id }: { id: string }) {
  const { t, amount, named, shortDay } = useWords();
  return (
    <section aria-labelledby="counted">
      <h2 id="counted">{t.countedCredits}</h2>
      <Pages
        page={(after, more) => (
          <Loaded query={CertificationCreditsDocument} variables={{ id, after }} types={["Credit", "Certification"]}>
            {({ node }) => {
              if (node?.__typename !== "Certification") {
                return null;
              }
              const { nodes, pageInfo } = node.standing.credits;
              if (nodes.length === 0 && after === null) {
                return <Empty title={t.countedCreditsNone} />;
              }
              return (
                <>
                  <ul class="uses">
                    {nodes.map(({ credit, counted, unit, explanation }) => (
                      <li key={credit.id}>
                        <p class="requirement-title">
                          <a href={`/credits/${credit.id}`}>{credit.title}</a>
                          <strong class={counted !== null && Number(counted) === 0 ? "muted" : undefined}>
                            {counted === null ? t.countsUnknown : t.counts(amount(counted), named(counted, unit))}
                          </strong>
                        </p>
                        <p class="muted">
                          <time dateTime={credit.completedOn}>{shortDay(credit.completedOn)}</time>
                        </p>
                        <p class="explanation">{explanation}</p>
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
    </section>
  );
}

function Edit({ certification }: { certification: Certification }) {
  const { t } = useWords();
  const { say } = useSession();
  const { id, version } = certification;
  const [number, setNumber] = useState(certification.number ?? "");
  const [issuedOn, setIssuedOn] = useState(certification.issuedOn ?? "");
  const [expiresOn, setExpiresOn] = useState(certification.expiresOn ?? "");
  const [{ error }, update] = useMutation(UpdateCertificationDocument);
  const problems = problemsOf(error);
  return (
    <details>
      <summary>{t.edit}</summary>
      <Form
        submit={t.save}
        error={error}
        fields={["number", "issuedOn", "expiresOn"]}
        onSubmit={async () => {
          const { data } = await update({ input: { id, version, number: number || null, issuedOn: issuedOn || null, expiresOn: expiresOn || null } });
          if (data?.updateCertification) {
            say(t.saved);
          }
        }}
      >
        <Input label={t.number} optional maxLength={100} value={number} onValue={setNumber} problem={problems["number"]} />
        <div class="pair">
          <Input label={t.issuedOn} type="date" optional value={issuedOn} onValue={setIssuedOn} problem={problems["issuedOn"]} />
          <Input label={t.expiresOn} type="date" optional value={expiresOn} onValue={setExpiresOn} problem={problems["expiresOn"]} />
        </div>
      </Form>
    </details>
  );
}

function Manage({ certification }: { certification: Certification }) {
  const { t, day } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const { id, version, program, renewedOn: lastRenewedOn } = certification;
  const [renewedOn, setRenewedOn] = useState("");
  const [newExpiresOn, setNewExpiresOn] = useState("");
  const [renewed, renew] = useMutation(RecordRenewalDocument);
  const [undone, undo] = useMutation(UndoRenewalDocument);
  const [removed, remove] = useMutation(RemoveCertificationDocument);
  const renewProblems = problemsOf(renewed.error);
  const undoProblem = useUnclaimed(undone.error);
  const removeProblem = useUnclaimed(removed.error);
  return (
    <section class="manage">
      <p>
        <a href={`/programs/${encodeURIComponent(program.id)}`}>{t.theProgram}</a>
      </p>
      <Edit key={version} certification={certification} />
      <details>
        <summary>{t.renewTitle}</summary>
        <p>{t.renewText}</p>
        <Form
          submit={t.renew}
          error={renewed.error}
          fields={["renewedOn", "newExpiresOn"]}
          onSubmit={async () => {
            const { data } = await renew({ input: { certificationId: id, version, renewedOn, newExpiresOn: newExpiresOn || null } });
            if (data?.recordRenewal) {
              setRenewedOn("");
              setNewExpiresOn("");
              say(t.saved);
            }
          }}
        >
          <div class="pair">
            <Input label={t.renewedOn} type="date" value={renewedOn} onValue={setRenewedOn} problem={renewProblems["renewedOn"]} />
            <Input label={t.newExpiresOn} type="date" optional value={newExpiresOn} onValue={setNewExpiresOn} problem={renewProblems["newExpiresOn"]} />
          </div>
        </Form>
        {lastRenewedOn && (
          <>
            <p>{t.renewedLast(day(lastRenewedOn))}</p>
            <Dangerous
              label={t.undoRenewal}
              text={t.undoRenewalText}
              sure={t.undoRenewalSure}
              onSure={async () => {
                if ((await undo({ input: { certificationId: id, version } })).data?.undoRenewal) {
                  say(t.renewalUndone);
                }
              }}
            />
          </>
        )}
        {undoProblem && (
          <p class="problem" role="alert">
            {undoProblem}
          </p>
        )}
      </details>
      <OwnReminders certificationId={id} />
      <Dangerous
        label={t.removeCertification}
        text={t.removeCertificationText}
        sure={t.removeSure}
        onSure={async () => {
          const { data } = await remove({ input: { id, version } });
          if (data?.removeCertification) {
            route("/");
          }
        }}
      />
      {removeProblem && (
        <p class="problem" role="alert">
          {removeProblem}
        </p>
      )}
    </section>
  );
}
