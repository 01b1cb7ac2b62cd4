import { useMutation } from "@urql/preact";
import { Reasoned } from "../component/form";
import { mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { Empty, Loaded, Pages } from "../component/state";
import { type DisputeOutcome, DisputesDocument, type InOrganizationFragment, type PostedPartFragment, ResolveDisputeDocument } from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { lengthOf } from "./credits";

/** DisputesPage is where managers decide on posted credits that members say are wrong. */
export function DisputesPage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => (
        <OrganizationPage organization={organization} title={t.disputes} allowed={mayOf(organization).manages} narrow>
          <Pages
            page={(after, more) => (
              <Loaded query={DisputesDocument} variables={{ id: organization.id, after }} types={["Posting", "PostedMember", "Member"]}>
                {({ organization: shown }) => {
                  const disputes = shown?.disputes;
                  if (!disputes || (disputes.nodes.length === 0 && after === null)) {
                    return <Empty title={t.disputesEmpty} />;
                  }
                  return (
                    <>
                      {after === null && <p class="muted">{t.disputesText}</p>}
                      <ul class="rows">
                        {disputes.nodes.map((part) => (
                          <Row key={`${part.postingId} ${part.memberId}`} organization={organization} part={part} />
                        ))}
                      </ul>
                      {more(disputes.pageInfo)}
                    </>
                  );
                }}
              </Loaded>
            )}
          />
        </OrganizationPage>
      )}
    </WithOrganization>
  );
}

function Row({ organization, part }: { organization: InOrganizationFragment; part: PostedPartFragment }) {
  const words = useWords();
  const { t, shortDay, moment } = words;
  const { say } = useSession();
  const { postingId, memberId, title, completedOn, member, dispute } = part;
  const name = part.name ?? t.nameless;
  const [upheld, uphold] = useMutation(ResolveDisputeDocument);
  const [taken, takeBack] = useMutation(ResolveDisputeDocument);
  const decide = async (resolve: typeof uphold, outcome: DisputeOutcome, reason: string, done: string) => {
    const { data } = await resolve({ input: { postingId, memberId, outcome, reason } }, { additionalTypenames: ["Posting"] });
    if (data?.resolveDispute) {
      say(done);
    }
    return Boolean(data?.resolveDispute);
  };
  const ask = { about: `${name}, ${title}`, reason: t.reason, hint: t.disputeHint };
  return (
    <li class="card">
      <h2>{member ? <a href={`/organizations/${organization.id}/members/${member.id}`}>{name}</a> : name}</h2>
      <p class="requirement-title">
        <a href={`/organizations/${organization.id}/postings/${postingId}`}>{title}</a>
        <strong>{lengthOf(words, part)}</strong>
      </p>
      <p class="muted">
        <time dateTime={completedOn}>{shortDay(completedOn)}</time>
        {dispute && ` · ${t.disputedAt(moment(dispute.disputedAt))}`}
      </p>
      {dispute && <blockquote class="said">{dispute.reason}</blockquote>}
      {memberId === organization.membership.id ? (
        <p class="muted">{t.disputeOwn}</p>
      ) : (
        <div class="actions">
          <Reasoned {...ask} label={t.disputeUphold} error={upheld.error} onSure={(reason) => decide(uphold, "UPHELD", reason, t.disputeUpheld)} />
          <Reasoned {...ask} danger label={t.disputeTakeBack} error={taken.error} onSure={(reason) => decide(takeBack, "WITHDRAWN", reason, t.disputeTakenBack)} />
        </div>
      )}
    </li>
  );
}
