import { mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { Empty, Loaded, Pages } from "../component/state";
import { type PostingRowFragment, PostingsDocument } from "../graph.generated";
import { useWords } from "../text/text";
import { lengthOf } from "./credits";

/** PostingsPage lists the credits that were posted to many members. */
export function PostingsPage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => {
        const toPost = (
          <a class="button primary" href={`/organizations/${organization.id}/postings/new`}>
            {t.postingNew}
          </a>
        );
        return (
          <OrganizationPage organization={organization} title={t.postings} allowed={mayOf(organization).manages} narrow actions={toPost}>
            <p class="muted">{t.postingsText}</p>
            <Pages
              page={(after, more) => (
                <Loaded query={PostingsDocument} variables={{ id: organization.id, after }} types={["Posting", "PostedMember"]}>
                  {({ organization: shown }) => {
                    const postings = shown?.postings;
                    if (!postings || (postings.nodes.length === 0 && after === null)) {
                      return <Empty title={t.postingsEmpty} />;
                    }
                    return (
                      <>
                        <ul class="rows">
                          {postings.nodes.map((posting) => (
                            <Row key={posting.id} organizationId={organization.id} posting={posting} />
                          ))}
                        </ul>
                        {more(postings.pageInfo)}
                      </>
                    );
                  }}
                </Loaded>
              )}
            />
          </OrganizationPage>
        );
      }}
    </WithOrganization>
  );
}

function Row({ organizationId, posting }: { organizationId: string; posting: PostingRowFragment }) {
  const words = useWords();
  const { shortDay } = words;
  const { id, title, completedOn, provider } = posting;
  return (
    <li class="card">
      <p class="requirement-title">
        <a class="whole" href={`/organizations/${organizationId}/postings/${id}`}>
          {title}
        </a>
        <strong>{lengthOf(words, posting)}</strong>
      </p>
      <p class="muted">
        <time dateTime={completedOn}>{shortDay(completedOn)}</time>
        {provider && ` · ${provider}`}
      </p>
      <PostingState posting={posting} />
      <PostedBy posting={posting} />
    </li>
  );
}

/** PostingState says how many have a posted credit, and what came of it. */
export function PostingState({ posting: { posted, total, disputed, withdrawnAt } }: { posting: PostingRowFragment }) {
  const { t, moment } = useWords();
  return (
    <ul class="tags">
      <li class={`tag ${withdrawnAt ? "" : "verified"}`}>{t.postingProgress(posted, total)}</li>
      {disputed > 0 && <li class="tag unverified">{t.postingDisputed(disputed)}</li>}
      {withdrawnAt && <li class="tag LAPSED">{t.postingWithdrawn(moment(withdrawnAt))}</li>}
    </ul>
  );
}

/** PostedBy says who posted it, and when. */
export function PostedBy({ posting: { postedBy, postedAt } }: { posting: PostingRowFragment }) {
  const { t, moment } = useWords();
  return <p class="muted">{t.postingBy(postedBy ?? t.nobody, moment(postedAt))}</p>;
}
