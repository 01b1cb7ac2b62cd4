import { useMutation } from "@urql/preact";
import { useLocation, useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Dangerous, Form, Input, useUnclaimed } from "../component/form";
import { Page } from "../component/page";
import { QuestionField } from "../component/question";
import { Sources } from "../component/source";
import { Loaded, NotFoundPage } from "../component/state";
import { newId } from "../id";
import { AddCertificationDocument, ProgramDocument, type ProgramQuery, RemoveProgramDocument } from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { Verified } from "./programs";

type Program = NonNullable<ProgramQuery["program"]>;

export function ProgramPage() {
  const { params } = useRoute();
  return (
    <Loaded whole key={params["id"]} query={ProgramDocument} variables={{ id: params["id"] ?? "" }} types={["Program"]}>
      {({ program }) => (program ? <Shown program={program} /> : <NotFoundPage />)}
    </Loaded>
  );
}

function Shown({ program }: { program: Program }) {
  const { t, day } = useWords();
  const shared = program.organizationId !== null;
  return (
    <Page
      title={program.name}
      lead={[program.body, program.jurisdiction].filter(Boolean).join(" · ")}
      actions={
        program.own && (
          <a class="button" href={`/programs/${encodeURIComponent(program.id)}/edit`}>
            {t.editProgram}
          </a>
        )
      }
    >
      <p>
        {shared ? (
          <a class="tag own" href={`/organizations/${program.organizationId}/programs`}>
            {t.sharedBy}
          </a>
        ) : (
          <Verified verified={program.verified} own={program.own} />
        )}{" "}
        {/^[1-9]\d{3}-/.test(program.version) && <span class="muted">{t.rulesOf(day(program.version))}</span>}
      </p>
      {!program.verified && !program.own && !shared && <p class="banner">{t.unverifiedText}</p>}
      <div class="columns">
        <Add program={program} />
        <div>
          <section aria-labelledby="sources">
            <h2 id="sources">{t.sources}</h2>
            <Sources sources={program.sources} />
          </section>
          {program.notes.length > 0 && (
            <section aria-labelledby="notes">
              <h2 id="notes">{t.notesOpen}</h2>
              <ul class="notes">
                {program.notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            </section>
          )}
          {program.own && <Remove program={program} />}
        </div>
      </div>
    </Page>
  );
}

function Add({ program }: { program: Program }) {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const [id] = useState(newId);
  const [number, setNumber] = useState("");
  const [issuedOn, setIssuedOn] = useState("");
  const [expiresOn, setExpiresOn] = useState("");
  const [facts, setFacts] = useState<Record<string, string>>({});
  const [{ error }, add] = useMutation(AddCertificationDocument);
  const problems = problemsOf(error);
  const questions = program.questions.filter(({ target }) => target === "FACT");
  const given = questions.filter((question) => facts[question.id]);
  return (
    <section class="card" aria-labelledby="hold">
      <h2 id="hold">{t.holdThis}</h2>
      <Form
        submit={t.add}
        error={error}
        fields={["number", "issuedOn", "expiresOn", ...given.map((_, i) => `facts.${i}.value`)]}
        onSubmit={async () => {
          const { data } = await add({
            input: {
              id,
              programId: program.id,
              number: number || null,
              issuedOn: issuedOn || null,
              expiresOn: expiresOn || null,
              facts: given.map((question) => ({ questionId: question.id, value: facts[question.id]! })),
            },
          });
          if (data?.addCertification) {
            say(t.saved);
            route(data.addCertification.certification ? `/certifications/${data.addCertification.certification.id}` : "/");
          }
        }}
      >
        <Input label={t.number} optional maxLength={100} value={number} onValue={setNumber} problem={problems["number"]} />
        <div class="pair">
          <Input label={t.issuedOn} type="date" optional value={issuedOn} onValue={setIssuedOn} problem={problems["issuedOn"]} />
          <Input label={t.expiresOn} type="date" optional value={expiresOn} onValue={setExpiresOn} problem={problems["expiresOn"]} />
        </div>
        {questions.map((question) => (
          <QuestionField
            key={question.id}
            question={question}
            value={facts[question.id] ?? ""}
            onValue={(value) => setFacts((facts) => ({ ...facts, [question.id]: value }))}
            problem={problems[`facts.${given.indexOf(question)}.value`]}
          />
        ))}
      </Form>
    </section>
  );
}

function Remove({ program }: { program: Program }) {
  const { t } = useWords();
  const { route } = useLocation();
  const [{ error }, remove] = useMutation(RemoveProgramDocument);
  const problem = useUnclaimed(error);
  return (
    <section>
      <Dangerous
        label={t.removeProgram}
        sure={t.removeSure}
        onSure={async () => {
          const { data } = await remove({ input: { id: program.id, revision: program.revision ?? 0 } });
          if (data?.removeProgram) {
            route("/programs");
          }
        }}
      />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
