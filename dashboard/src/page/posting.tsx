import { useClient, useMutation } from "@urql/preact";
import { useRoute } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { Reasoned } from "../component/form";
import { useCreditWords } from "../component/credit-words";
import { mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { Empty, Loaded, NotFoundPage, Pages } from "../component/state";
import { type InOrganizationFragment, type PostedPartFragment, PostingDocument, PostingMembersDocument, type PostingQuery, WithdrawPostingDocument } from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { lengthOf } from "./credits";
import { PostedBy, PostingState } from "./postings";

type Posting = Extract<NonNullable<PostingQuery["node"]>, { __typename: "Posting" }>;

/** PostingPage shows one credit that was posted to many: what it says, who has it, and how it is taken back. */
export function PostingPage() {
  const { params } = useRoute();
  const id = params["postingId"] ?? "";
  return (
    <WithOrganization>
      {(organization) => (
        <Loaded key={id} whole query={PostingDocument} variables={{ id }} types={["Posting", "PostedMember", "Member"]}>
          {({ node }) => (node?.__typename === "Posting" ? <Shown organization={organization} posting={node} /> : <NotFoundPage />)}
        </Loaded>
      )}
    </WithOrganization>
  );
}

/** mostTaken is from how many members a credit is taken back at once, unless it is from all. */
const mostTaken = 100;

function Shown({ organization, posting }: { organization: InOrganizationFragment; posting: Posting }) {
  const words = useWords();
  const { t, day } = words;
  const { title, completedOn, provider, notes, withdrawalReason } = posting;
  const [chosen, setChosen] = useState<string[]>([]);
  const known = Object.values(useCreditWords(organization.id) ?? {}).flat();
  const said = [...(posting.topics ?? []), posting.format, posting.role, ...(posting.approvals ?? [])].filter(Boolean);
  return (
    <OrganizationPage organization={organization} title={title} allowed={mayOf(organization).manages}>
      <section class="card" aria-labelledby="facts">
        <h2 id="facts">{t.postingFacts}</h2>
        <p class="requirement-title">
          <time dateTime={completedOn}>{day(completedOn)}</time>
          <strong>{lengthOf(words, posting)}</strong>
        </p>
        {provider && <p>{provider}</p>}
        {said.length > 0 && (
          <ul class="tags">
            {said.map((id) => (
              <li key={id} class="tag">
                {known.find((term) => term.id === id)?.name ?? id}
              </li>
            ))}
          </ul>
        )}
        {notes && <p class="said">{notes}</p>}
        <PostingState posting={posting} />
        {withdrawalReason && <p class="said">{t.reasonOf(withdrawalReason)}</p>}
        <PostedBy posting={posting} />
      </section>
      <div class="columns">
        <Members organization={organization} id={posting.id} chosen={chosen} onChosen={setChosen} />
        {!posting.withdrawnAt && <TakeBack posting={posting} chosen={chosen} onDone={() => setChosen([])} />}
      </div>
    </OrganizationPage>
  );
}

interface MembersProps {
  organization: InOrganizationFragment;
  id: string;
  chosen: string[];
  onChosen: (chosen: string[]) => void;
}

const untilAskedAgain = 2000;

/** Follow asks again how far a posting is, as long as it is shown: the credits of many come in the background, which the organization's log does not tell of. */
function Follow({ id, after }: { id: string; after: string | null }) {
  const client = useClient();
  useEffect(() => {
    const timer = setInterval(() => {
      const again = { requestPolicy: "network-only" } as const;
      void client.query(PostingDocument, { id }, again).toPromise();
      void client.query(PostingMembersDocument, { id, after }, again).toPromise();
    }, untilAskedAgain);
    return () => clearInterval(timer);
  }, [id, after]);
  return null;
}

function Members({ organization, id, chosen, onChosen }: MembersProps) {
  const { t } = useWords();
  return (
    <section aria-labelledby="members">
      <h2 id="members">{t.postingMembers}</h2>
      <Pages
        page={(after, more) => (
          <Loaded query={PostingMembersDocument} variables={{ id, after }} types={["Posting", "PostedMember", "Member"]}>
            {({ node }) => {
              if (node?.__typename !== "Posting" || (node.members.nodes.length === 0 && after === null)) {
                return <Empty title={t.postingMembersNone} />;
              }
              const { nodes, pageInfo } = node.members;
              return (
                <>
                  {nodes.some(({ state }) => state === "PENDING") && <Follow id={id} after={after} />}
                  <ul class="uses">
                    {nodes.map((part) => (
                      <Part
                        key={part.memberId}
                        organizationId={organization.id}
                        part={part}
                        chosen={chosen.includes(part.memberId)}
                        full={chosen.length >= mostTaken}
                        onChosen={(yes) => onChosen(yes ? [...chosen, part.memberId] : chosen.filter((one) => one !== part.memberId))}
                      />
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

function Part({ organizationId, part, chosen, full, onChosen }: { organizationId: string; part: PostedPartFragment; chosen: boolean; full: boolean; onChosen: (chosen: boolean) => void }) {
  const words = useWords();
  const { t, moment } = words;
  const { member, state, dispute, withdrawalReason } = part;
  const name = part.name ?? t.nameless;
  return (
    <li>
      <p class="requirement-title">
        <span class="check">
          {(state === "POSTED" || state === "PENDING") && (
            <input type="checkbox" aria-label={name} checked={chosen} disabled={full && !chosen} onChange={(event) => onChosen(event.currentTarget.checked)} />
          )}
          {member ? <a href={`/organizations/${organizationId}/members/${member.id}`}>{name}</a> : <span>{name}</span>}
        </span>
        <strong>{lengthOf(words, part)}</strong>
      </p>
      <ul class="tags">
        <li class={`tag ${tags[state]}`}>{t.postedState[state]}</li>
        {dispute?.open && state !== "WITHDRAWN" && (
          <li class="tag unverified">
            <a href={`/organizations/${organizationId}/disputes`}>{t.disputed}</a>
          </li>
        )}
      </ul>
      {dispute && (
        <p class="said">
          {t.disputedAt(moment(dispute.disputedAt))}: {dispute.reason}
        </p>
      )}
      {(withdrawalReason ?? dispute?.resolution) && <p class="said">{t.reasonOf((withdrawalReason ?? dispute?.resolution)!)}</p>}
    </li>
  );
}

const tags = { PENDING: "", POSTED: "verified", WITHDRAWN: "LAPSED", NOT_POSTED: "unverified" } as const;

function TakeBack({ posting, chosen, onDone }: { posting: Posting; chosen: string[]; onDone: () => void }) {
  const { t } = useWords();
  const { say } = useSession();
  const { id, version } = posting;
  const [{ error }, withdraw] = useMutation(WithdrawPostingDocument);
  const takeBack = async (reason: string, memberIds: string[] | null) => {
    const { data } = await withdraw({ input: { id, version, reason, memberIds } }, { additionalTypenames: ["PostedMember"] });
    if (!data?.withdrawPosting) {
      return false;
    }
    say(t.takenBack);
    onDone();
    return true;
  };
  const ask = { reason: t.reason, hint: t.takeBackHint, danger: true, text: t.takeBackText, error };
  return (
    <section class="card" aria-labelledby="take-back">
      <h2 id="take-back">{t.takeBackTitle}</h2>
      <p class="muted" role="status">
        {chosen.length === 0 ? t.takeBackChoose : t.picked(chosen.length)} {chosen.length >= mostTaken && t.takeBackMost(mostTaken)}
      </p>
      {chosen.length > 0 ? (
        <Reasoned key="some" {...ask} label={t.takeBackSome(chosen.length)} onSure={(reason) => takeBack(reason, chosen)} />
      ) : (
        <Reasoned key="all" {...ask} label={t.takeBackAll} onSure={(reason) => takeBack(reason, null)} />
      )}
    </section>
  );
}
