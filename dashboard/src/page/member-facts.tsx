import { useMutation } from "@urql/preact";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Recorded, saidOf, waiverOf } from "../component/fact";
import { Field, Form, Input, Reasoned, Select } from "../component/form";
import { QuestionField } from "../component/question";
import { Loaded } from "../component/state";
import { today } from "../date";
import {
  type InOrganizationFragment,
  MemberRecordedDocument,
  type MemberRecordedQuery,
  type QuestionAskedFragment,
  RecordFactsDocument,
  type RecordedWordsFragment,
  RemoveFactsDocument,
  SharedQuestionsDocument,
} from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";

type Certification = NonNullable<MemberRecordedQuery["member"]>["certifications"][number];

interface About {
  organization: InOrganizationFragment;
  memberId: string;
  certification: Certification;
  questions: QuestionAskedFragment[];
}

/** Facts are the exemptions and extensions that an organization gives a member in its own programs, for managers. */
export function Facts({ organization, memberId }: { organization: InOrganizationFragment; memberId: string }) {
  const { t } = useWords();
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{t.facts}</h2>
      <Loaded query={MemberRecordedDocument} variables={{ id: memberId }} types={["Member"]}>
        {({ member }) => {
          const own = member?.certifications.filter(({ recordedFacts }) => recordedFacts !== null) ?? [];
          if (own.length === 0) {
            return <p class="muted">{t.factsNoProgram}</p>;
          }
          return (
            <Loaded query={SharedQuestionsDocument} variables={{ id: organization.id }} types={["Program"]}>
              {({ organization: shown }) => (
                <ul class="rows">
                  {own.map((certification) => (
                    <li key={certification.id} class="card">
                      <One
                        organization={organization}
                        memberId={memberId}
                        certification={certification}
                        questions={shown?.programs.find(({ id }) => id === certification.program.id)?.questions.filter(({ target, type }) => target === "FACT" && type !== "TERMS") ?? []}
                      />
                    </li>
                  ))}
                </ul>
              )}
            </Loaded>
          );
        }}
      </Loaded>
    </section>
  );
}

function One(about: About) {
  const { t } = useWords();
  const { name } = about.certification.program;
  const facts = about.certification.recordedFacts ?? [];
  const [open, setOpen] = useState(false);
  return (
    <>
      <h3>{name}</h3>
      {facts.length === 0 && <p class="muted">{t.factsNone}</p>}
      <ul class="uses">
        {facts.map((fact) => (
          <Row key={`${fact.questionId} ${fact.since}`} {...about} fact={fact} />
        ))}
      </ul>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {t.factRecord}
          <span class="hidden">: {name}</span>
        </summary>
        {open && <Record {...about} onDone={() => setOpen(false)} />}
      </details>
    </>
  );
}

function Row({ memberId, certification, questions, fact }: About & { fact: RecordedWordsFragment }) {
  const words = useWords();
  const { t } = words;
  const { say } = useSession();
  const [{ error }, remove] = useMutation(RemoveFactsDocument);
  const known = { requirements: certification.requirements, questions };
  const { questionId, since } = fact;
  return (
    <li>
      <Recorded fact={fact} {...known} />
      <Reasoned
        danger
        label={t.factRemove}
        about={saidOf(words, fact, known)}
        reason={t.factRemoveReason}
        hint={t.factRemoveHint}
        error={error}
        onSure={async (reason) => {
          const { data } = await remove({ input: { memberId, certificationId: certification.id, version: certification.version, facts: [{ questionId, since }], reason } });
          if (data?.removeFacts) {
            say(t.factRemoved);
          }
          return Boolean(data?.removeFacts);
        }}
      />
    </li>
  );
}

const asked = "question ";
const longestReason = 500;

/** Record records an exemption, more time, what is carried over, or the answer to a question of the program. */
function Record({ organization, memberId, certification, questions, onDone }: About & { onDone: () => void }) {
  const { t } = useWords();
  const { say } = useSession();
  const now = today(organization.timeZone);
  const [kind, setKind] = useState("waived");
  const waivable = certification.requirements.filter(({ kind }) => kind !== "MAXIMUM");
  const [requirementId, setRequirementId] = useState(waivable[0]?.id ?? "");
  const [value, setValue] = useState("");
  const [since, setSince] = useState(now);
  const [reason, setReason] = useState("");
  const [{ error }, record] = useMutation(RecordFactsDocument);
  const problems = problemsOf(error);
  const question = questions.find(({ id }) => asked + id === kind);
  const amounts = kind === "reduced" || kind === "carried-over";
  const questionId = question?.id ?? (kind === "waived" || kind === "reduced" ? waiverOf(requirementId) : kind);
  const wrong = problems["facts.0.value"] ?? problems["facts.0.questionId"];
  const decimal = { inputMode: "decimal", pattern: "[0-9]+([.,][0-9]+)?" } as const;
  return (
    <Form
      submit={t.factSave}
      error={error}
      fields={["facts.0.value", "facts.0.questionId", "facts.0.since", "reason"]}
      busy={question !== undefined && value === ""}
      onSubmit={async () => {
        const said = kind === "waived" ? "true" : amounts || question?.type === "NUMBER" ? value.trim().replace(",", ".") : value;
        const { data } = await record({
          input: { memberId, certificationId: certification.id, version: certification.version, facts: [{ questionId, value: said, since }], reason },
        });
        if (data?.recordFacts) {
          say(t.factRecorded);
          onDone();
        }
      }}
    >
      <Select
        label={t.factKind}
        value={kind}
        onValue={(kind) => {
          setKind(kind);
          setValue("");
        }}
        options={[
          { id: "waived", name: t.factKinds.waived },
          { id: "reduced", name: t.factKinds.reduced },
          { id: "extended", name: t.factKinds.extended },
          { id: "carried-over", name: t.factKinds["carried-over"] },
          ...questions.map(({ id, prompt }) => ({ id: asked + id, name: prompt })),
        ]}
        problem={kind === "waived" ? wrong : undefined}
      />
      {(kind === "waived" || kind === "reduced") && (
        <Select label={t.factRequirement} value={requirementId} onValue={setRequirementId} options={waivable.map(({ id, title }) => ({ id, name: title }))} />
      )}
      {amounts && <Input label={kind === "reduced" ? t.factAmount : t.factCarriedAmount} {...decimal} value={value} onValue={setValue} problem={wrong} />}
      {kind === "extended" && <Input label={t.factUntil} type="date" value={value} onValue={setValue} problem={wrong} />}
      {question && <QuestionField question={question} value={value} onValue={setValue} problem={wrong} />}
      <Input label={t.factFrom} hint={t.factFromHint} type="date" value={since} onValue={setSince} problem={problems["facts.0.since"]} />
      <Field label={t.reason} hint={t.factReasonHint} problem={problems["reason"]}>
        {(field) => <textarea {...field} required rows={2} maxLength={longestReason} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
    </Form>
  );
}
