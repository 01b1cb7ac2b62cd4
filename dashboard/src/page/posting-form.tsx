import { useClient, useMutation } from "@urql/preact";
import type { CombinedError } from "@urql/core";
import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { codeOf, problemsOf } from "../client";
import { useCreditWords } from "../component/credit-words";
import { Field, Form, Options, Select } from "../component/form";
import { useLater } from "../component/later";
import { mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { Loaded, Loading, Pages } from "../component/state";
import { today } from "../date";
import {
  type InOrganizationFragment,
  MemberNamesDocument,
  type MemberNamesQuery,
  PostCreditsDocument,
  type PostCreditsInput,
  PreviewPostingDocument,
  type PreviewPostingQuery,
} from "../graph.generated";
import { newId } from "../id";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { CreditFields, draftOf, fieldsOf, inputOf } from "./credit";
import { lengthOf } from "./credits";

/** NewPostingPage is where a manager posts a credit to many. */
export function NewPostingPage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => (
        <OrganizationPage organization={organization} title={t.postingNew} allowed={mayOf(organization).manages} narrow>
          <PostingForm organization={organization} />
        </OrganizationPage>
      )}
    </WithOrganization>
  );
}

type Preview = NonNullable<PreviewPostingQuery["previewPosting"]>;

function PostingForm({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const client = useClient();
  const words = useCreditWords(organization.id);
  const now = today(organization.timeZone);
  // The same posting sent again, since an answer was lost, is the same.
  const [id] = useState(newId);
  const [draft, setDraft] = useState(() => draftOf(undefined, now));
  const [how, setHow] = useState("roster");
  const [picked, setPicked] = useState<Picked>(new Map());
  const [roster, setRoster] = useState<Roster>(noRoster);
  const [checked, setChecked] = useState<{ of: string; preview: Preview } | null>(null);
  const [refused, setRefused] = useState<CombinedError>();
  const [, post] = useMutation(PostCreditsDocument);
  const facts = inputOf(id, draft);
  const some = how === "roster" ? roster.text.trim() !== "" && !roster.problem : picked.size > 0;
  const input: PostCreditsInput | null =
    facts && some ? { ...facts, organizationId: organization.id, ...(how === "roster" ? { roster: roster.text } : { memberIds: [...picked.keys()] }) } : null;
  // What was checked is what is posted: anything changed since is checked anew.
  const of = JSON.stringify(input);
  const preview = checked?.of === of ? checked.preview : null;
  const good = preview !== null && preview.problems.length === 0;
  const problems = problemsOf(refused);
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (preview) {
      result.current?.focus();
    }
  }, [checked]);
  if (!words) {
    return <Loading />;
  }
  return (
    <div class="card">
      <Form
        submit={good ? t.post(preview.total) : t.postCheck}
        error={refused}
        fields={fieldsOf(draft)}
        names={{ portions: t.portions }}
        busy={!some}
        beside={
          codeOf(refused) === "CONFLICT" && (
            <a class="button" href={`/organizations/${organization.id}/postings/${id}`}>
              {t.postedBefore}
            </a>
          )
        }
        onSubmit={async () => {
          if (!input) {
            return;
          }
          if (!good) {
            const { data, error } = await client.query(PreviewPostingDocument, { input }, { requestPolicy: "network-only" }).toPromise();
            setRefused(error);
            setChecked(data?.previewPosting ? { of, preview: data.previewPosting } : null);
            return;
          }
          const { data, error } = await post({ input }, { additionalTypenames: ["Posting", "PostedMember"] });
          setRefused(error);
          const answer = data?.postCredits;
          if (answer?.posting) {
            say(t.posted(answer.posting.total));
            route(`/organizations/${organization.id}/postings/${answer.posting.id}`, true);
          } else if (answer) {
            setChecked({ of, preview: { ...preview, problems: answer.problems } });
          }
        }}
      >
        <CreditFields words={words} draft={draft} change={(part) => setDraft({ ...draft, ...part })} latest={now} problems={problems} open={false} />
        <Options
          label={t.toWhom}
          options={[
            { id: "roster", name: t.toRoster },
            { id: "members", name: t.toMembers },
          ]}
          chosen={how}
          onChosen={setHow}
        />
        {how === "roster" ? <RosterField roster={roster} onRoster={setRoster} /> : <Picker organization={organization} picked={picked} onPicked={setPicked} />}
        <div role="status" tabIndex={-1} ref={result}>
          {preview && <Checked preview={preview} />}
        </div>
      </Form>
    </div>
  );
}

const mostProblems = 100;

/** Checked says to whom a credit would be posted, or what is wrong with the roster. */
function Checked({ preview: { problems, total, matches } }: { preview: Preview }) {
  const words = useWords();
  const { t } = words;
  if (problems.length > 0) {
    return (
      <>
        <p class="problem">{t.rosterProblems(problems.length)}</p>
        <ul class="notes">
          {problems.map(({ row, column, message }, i) => (
            <li key={i}>
              <strong>{t.rosterAt(row, column)}:</strong> {message}
            </li>
          ))}
        </ul>
        {problems.length >= mostProblems && <p class="muted">{t.rosterProblemsMost(mostProblems)}</p>}
      </>
    );
  }
  return (
    <>
      <p class="fine">{t.postChecked(total)}</p>
      <ul class="uses">
        {matches.map(({ row, member, ...much }) => (
          <li key={member.id}>
            <p class="requirement-title">
              <span>
                {member.name ?? t.nameless} {row !== null && <span class="muted">{t.inRow(row)}</span>}
              </span>
              <strong>{lengthOf(words, much)}</strong>
            </p>
          </li>
        ))}
      </ul>
      {total > matches.length && <p class="muted">{t.postCheckedMore(total - matches.length)}</p>}
    </>
  );
}

interface Roster {
  text: string;
  /** Of the file; "" for text that was pasted. */
  name: string;
  problem: string;
}

const noRoster: Roster = { text: "", name: "", problem: "" };
const mostMegabytes = 2;

/** RosterField takes a roster as a file, chosen or dropped, or as text. */
function RosterField({ roster, onRoster }: { roster: Roster; onRoster: (roster: Roster) => void }) {
  const { t } = useWords();
  const [over, setOver] = useState(false);
  const tooBig = (size: number, name: string) => (size > mostMegabytes << 20 ? t.rosterTooBig(name, mostMegabytes) : "");
  const take = async (file: File | undefined) => {
    if (!file) {
      return;
    }
    const { name } = file;
    const problem = tooBig(file.size, name);
    if (problem) {
      onRoster({ text: "", name: "", problem });
      return;
    }
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      onRoster(text.includes("\0") ? { text: "", name: "", problem: t.rosterNoText(name) } : { text, name, problem: "" });
    } catch {
      onRoster({ text: "", name: "", problem: t.rosterNoText(name) });
    }
  };
  return (
    <>
      <p class="hint">{t.rosterText}</p>
      <details>
        <summary>{t.rosterExampleTitle}</summary>
        <pre>{t.rosterExample}</pre>
      </details>
      <div
        class={`drop ${over ? "over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer?.files[0]);
        }}
      >
        <div class="actions">
          <label class="button">
            <input
              type="file"
              class="hidden"
              accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"
              onChange={(event) => {
                void take(event.currentTarget.files?.[0]);
                event.currentTarget.value = ""; // so that the same may be chosen again
              }}
            />
            {t.rosterChoose}
          </label>
          <span class="muted droppable">{t.dropFiles}</span>
        </div>
        <div role="status">
          {roster.problem && <p class="problem">{roster.problem}</p>}
          {roster.name && <p class="file-name">{t.rosterChosen(roster.name, roster.text.split(/\r\n|\r|\n/).filter((line) => line.trim()).length)}</p>}
        </div>
        {roster.name && (
          <button type="button" class="quiet" aria-label={`${t.remove}: ${roster.name}`} onClick={() => onRoster(noRoster)}>
            {t.remove}
          </button>
        )}
      </div>
      {!roster.name && (
        <Field label={t.rosterPaste}>
          {(field) => (
            <textarea
              {...field}
              class="code"
              rows={6}
              spellcheck={false}
              autocapitalize="off"
              value={roster.text}
              onInput={({ currentTarget: { value: text } }) => onRoster({ text, name: "", problem: tooBig(new Blob([text]).size, t.rosterAt(null, null)) })}
            />
          )}
        </Field>
      )}
    </>
  );
}

/** Picked are members with their names. */
type Picked = Map<string, string>;

const mostPicked = 10_000;
const chipsShown = 50;

/** Picker chooses members by name and group. */
function Picker({ organization, picked, onPicked }: { organization: InOrganizationFragment; picked: Picked; onPicked: (picked: Picked) => void }) {
  const { t } = useWords();
  const [search, setSearch] = useState("");
  const [group, setGroup] = useState("");
  const asked = useLater(search.trim(), 250);
  const filter = asked || group ? { search: asked || null, group: group || null } : null;
  const add = (members: { id: string; name: string | null }[]) => {
    const more = new Map(picked);
    for (const { id, name } of members) {
      if (more.size < mostPicked) {
        more.set(id, name ?? t.nameless);
      }
    }
    onPicked(more);
  };
  const leave = (id: string) => {
    const rest = new Map(picked);
    rest.delete(id);
    onPicked(rest);
  };
  return (
    <>
      <div class="filters">
        <label class="hidden" for="search">
          {t.searchMembers}
        </label>
        <input
          id="search"
          type="search"
          placeholder={t.searchMembers}
          maxLength={200}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        />
        {organization.groups.length > 0 && <Select label={t.filterGroup} value={group} onValue={setGroup} options={[{ id: "", name: t.filterAll }, ...organization.groups]} />}
      </div>
      <Pages
        key={`${asked} ${group}`}
        page={(after, more) => (
          <Loaded query={MemberNamesDocument} variables={{ id: organization.id, filter, after }} types={["Member", "Group"]}>
            {({ organization: shown }) => {
              const members = shown?.members;
              if (!members || (members.nodes.length === 0 && after === null)) {
                return <p class="muted">{t.membersNone}</p>;
              }
              return (
                <>
                  <Names members={members.nodes} picked={picked} onAdd={add} onLeave={leave} />
                  {more(members.pageInfo)}
                </>
              );
            }}
          </Loaded>
        )}
      />
      <p role="status">
        <strong>{picked.size === 0 ? t.pickedNone : t.picked(picked.size)}</strong> {picked.size >= mostPicked && t.pickedMost(mostPicked)}
      </p>
      {picked.size > 0 && (
        <ul class="tags">
          {[...picked].slice(0, chipsShown).map(([id, name]) => (
            <li key={id} class="tag">
              {name}{" "}
              <button type="button" class="quiet" aria-label={`${t.remove}: ${name}`} onClick={() => leave(id)}>
                ×
              </button>
            </li>
          ))}
          {picked.size > chipsShown && <li>{t.postCheckedMore(picked.size - chipsShown)}</li>}
        </ul>
      )}
    </>
  );
}

interface NamesProps {
  members: NonNullable<NonNullable<MemberNamesQuery["organization"]>["members"]>["nodes"];
  picked: Picked;
  onAdd: (members: { id: string; name: string | null }[]) => void;
  onLeave: (id: string) => void;
}

function Names({ members, picked, onAdd, onLeave }: NamesProps) {
  const { t } = useWords();
  return (
    <>
      <ul class="picks">
        {members.map((member) => (
          <li key={member.id}>
            <label class="check">
              <input type="checkbox" checked={picked.has(member.id)} onChange={(event) => (event.currentTarget.checked ? onAdd([member]) : onLeave(member.id))} />
              <span>
                {member.name ?? t.nameless} <span class="muted">{member.groups.map(({ name }) => name).join(", ")}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {members.length > 1 && !members.every(({ id }) => picked.has(id)) && (
        <button type="button" class="quiet" onClick={() => onAdd(members)}>
          {t.pickShown}
        </button>
      )}
    </>
  );
}
