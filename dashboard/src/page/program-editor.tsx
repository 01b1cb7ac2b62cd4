import { useMutation } from "@urql/preact";
import { useLocation, useRoute } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Field, Form, Input, useUnclaimed } from "../component/form";
import { useLater } from "../component/later";
import { mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { Page } from "../component/page";
import { Loaded, NotFound } from "../component/state";
import { CreateProgramDocument, type InOrganizationFragment, ProgramDocument, type ProgramQuery, UpdateProgramDocument, ValidateProgramDocument } from "../graph.generated";
import { newId } from "../id";
import { useSession } from "../session";
import { useWords } from "../text/text";

type Program = NonNullable<ProgramQuery["program"]>;

export function NewProgramPage() {
  const { t } = useWords();
  return (
    <Page title={t.ownProgram} lead={t.programsNoneText} narrow>
      <New label={t.ownProgram} />
    </Page>
  );
}

/** NewSharedProgramPage is where an organization's program is written. */
export function NewSharedProgramPage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => (
        <OrganizationPage organization={organization} title={t.sharedNew} allowed={mayOf(organization).managesAll} narrow>
          <p class="muted">{t.sharedNewText}</p>
          <New label={t.sharedNew} organization={organization} />
        </OrganizationPage>
      )}
    </WithOrganization>
  );
}

/** New writes a program simply or in the rule language. */
function New({ label, organization }: { label: string; organization?: InOrganizationFragment }) {
  const { t } = useWords();
  const [asText, setAsText] = useState(false);
  return (
    <>
      <div class="switch" role="group" aria-label={label}>
        <button type="button" aria-pressed={!asText} onClick={() => setAsText(false)}>
          {t.simple}
        </button>
        <button type="button" aria-pressed={asText} onClick={() => setAsText(true)}>
          {t.asText}
        </button>
      </div>
      {asText ? <Editor organizationId={organization?.id} text={t.programTemplate} /> : <Hours organization={organization} />}
    </>
  );
}

export function EditProgramPage() {
  const { t } = useWords();
  const { params } = useRoute();
  return (
    <Page title={t.editorTitle} narrow>
      <Loaded key={params["id"]} query={ProgramDocument} variables={{ id: params["id"] ?? "" }}>
        {({ program }) => (program?.own ? <Editor program={program} text={program.text ?? ""} /> : <NotFound />)}
      </Loaded>
    </Page>
  );
}

/** EditSharedProgramPage is where an organization's program is changed. */
export function EditSharedProgramPage() {
  const { t } = useWords();
  const { params } = useRoute();
  const id = params["programId"] ?? "";
  return (
    <WithOrganization>
      {(organization) => (
        <OrganizationPage organization={organization} title={t.sharedEditor} allowed={mayOf(organization).managesAll} narrow>
          <Loaded key={id} query={ProgramDocument} variables={{ id }}>
            {({ program }) => (program?.organizationId === organization.id ? <Editor organizationId={organization.id} program={program} text={program.text ?? ""} /> : <NotFound />)}
          </Loaded>
        </OrganizationPage>
      )}
    </WithOrganization>
  );
}

/** pathOf is where a program is shown after it was saved, or those among which it would be. */
const pathOf = (organizationId: string | undefined, id: string | undefined) =>
  organizationId ? `/organizations/${organizationId}/programs` : id ? `/programs/${encodeURIComponent(id)}` : "/programs";

/** Hours describes a program by how many hours every so many years. */
function Hours({ organization }: { organization?: InOrganizationFragment }) {
  const organizationId = organization?.id;
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const [id] = useState(newId);
  const [name, setName] = useState("");
  const [body, setBody] = useState(organization?.name ?? "");
  const [amount, setAmount] = useState("");
  const [years, setYears] = useState("2");
  const [endsOn, setEndsOn] = useState("");
  const [{ error }, create] = useMutation(CreateProgramDocument);
  const problems = problemsOf(error);
  return (
    <div class="card">
      <Form
        submit={t.createProgram}
        error={error}
        fields={["name", "body", "hours.amount", "hours.years", "hours.endsOn"]}
        onSubmit={async () => {
          const { data } = await create({ input: { id, organizationId, name, body: body || null, hours: { amount: amount.replace(",", "."), years: Number(years), endsOn } } }, { additionalTypenames: ["Program"] });
          if (data?.createProgram) {
            say(t.saved);
            route(pathOf(organizationId, data.createProgram.program?.id));
          }
        }}
      >
        <Input label={t.programName} maxLength={200} value={name} onValue={setName} problem={problems["name"]} />
        <Input label={t.programBody} optional maxLength={200} value={body} onValue={setBody} problem={problems["body"]} />
        <div class="trio">
          <Input label={t.cycleHours} inputMode="decimal" pattern="[0-9]+([.,][0-9]+)?" value={amount} onValue={setAmount} problem={problems["hours.amount"]} />
          <Input label={t.cycleYears} type="number" min={1} max={10} value={years} onValue={setYears} problem={problems["hours.years"]} />
          <Input label={t.cycleEnds} type="date" value={endsOn} onValue={setEndsOn} problem={problems["hours.endsOn"]} />
        </div>
      </Form>
    </div>
  );
}

/** Editor edits the text of a program and says what is wrong with it as it is typed. */
function Editor({ organizationId, program, text: first }: { organizationId?: string; program?: Program; text: string }) {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const [id] = useState(() => program?.id ?? newId());
  const [text, setText] = useState(first);
  const [created, create] = useMutation(CreateProgramDocument);
  const [updated, update] = useMutation(UpdateProgramDocument);
  const area = useRef<HTMLTextAreaElement>(null);
  const { problems, checked, failure } = useProblems(text, program?.id);
  const goTo = (line: number) => {
    const lines = text.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  return (
    <div class="card">
      <Form
        submit={program ? t.save : t.createProgram}
        error={created.error ?? updated.error}
        busy={!checked || problems.length > 0 || !text.trim()}
        onSubmit={async () => {
          const saved = program
            ? (await update({ input: { id, revision: program.revision ?? 0, text } })).data?.updateProgram
            : (await create({ input: { id, organizationId, text } }, { additionalTypenames: ["Program"] })).data?.createProgram;
          if (saved) {
            say(t.saved);
            route(pathOf(organizationId, saved.program?.id));
          }
        }}
      >
        <Field label={t.editorLabel} hint={t.editorText}>
          {(field) => (
            <textarea
              {...field}
              ref={area}
              class="code"
              rows={24}
              spellcheck={false}
              autocapitalize="off"
              maxLength={65_536}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          )}
        </Field>
        <div class="problems" role="status">
          {text.trim() === "" ? null : failure ? (
            <p class="problem">{failure}</p>
          ) : !checked ? (
            <p class="muted">{t.editorChecking}</p>
          ) : problems.length === 0 ? (
            <p class="fine">{t.editorFine}</p>
          ) : (
            <>
              <p class="problem">{t.editorProblems(problems.length)}</p>
              <ul class="notes">
                {problems.map(({ line, path, message }, i) => (
                  <li key={i}>
                    {line !== null && (
                      <button type="button" class="quiet" onClick={() => goTo(line)}>
                        {t.line(line)}
                      </button>
                    )}{" "}
                    {path.length > 0 && <code>{path.join(".")}</code>} {message}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </Form>
    </div>
  );
}

interface Problem {
  line: number | null;
  path: string[];
  message: string;
}

/** useProblems has the text checked a little after the last letter. `checked` is false until the answer is about what stands there. */
function useProblems(text: string, id?: string): { problems: Problem[]; checked: boolean; failure: string } {
  const later = useLater(text, 500);
  const [{ error }, validate] = useMutation(ValidateProgramDocument);
  const [found, setFound] = useState<{ text: string; problems: Problem[] } | null>(null);
  const failure = useUnclaimed(error);
  useEffect(() => {
    let current = true;
    if (later.trim()) {
      void validate({ input: { id: id ?? null, text: later } }).then(({ data }) => {
        if (current && data?.validateProgram) {
          setFound({ text: later, problems: data.validateProgram.problems });
        }
      });
    }
    return () => {
      current = false;
    };
  }, [later]);
  return { problems: found?.problems ?? [], checked: found?.text === text, failure };
}
