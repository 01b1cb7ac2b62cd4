import { useMutation } from "@urql/preact";
import { type CreditWords, creditWordsOf, type Term } from "../component/credit-words";
import { Problem, Reasoned } from "../component/form";
import { mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { Empty, Loaded, Pages } from "../component/state";
import { type InOrganizationFragment, ReviewCreditDocument, type ReviewOutcome, ReviewsDocument, type UnderReviewFragment } from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { lengthOf } from "./credits";

/** ReviewsPage is where managers approve credits that members logged themselves, or refuse them. */
export function ReviewsPage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => (
        <OrganizationPage organization={organization} title={t.reviews} allowed={mayOf(organization).manages} narrow>
          {organization.approvesCredits ? <Queue organization={organization} /> : <Off organization={organization} />}
        </OrganizationPage>
      )}
    </WithOrganization>
  );
}

function Off({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  return (
    <Empty title={t.reviewsOff}>
      <p>{t.approvesCreditsText}</p>
      {mayOf(organization).owns && (
        <a class="button primary" href={`/organizations/${organization.id}/settings`}>
          {t.settings}
        </a>
      )}
    </Empty>
  );
}

function Queue({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  return (
    <Pages
      page={(after, more) => (
        <Loaded query={ReviewsDocument} variables={{ id: organization.id, after }} types={["CreditUnderReview", "Member"]}>
          {({ organization: shown }) => {
            const reviews = shown?.reviews;
            if (!reviews || (reviews.nodes.length === 0 && after === null)) {
              return <Empty title={t.reviewsEmpty} />;
            }
            const known = creditWordsOf(shown.programs);
            return (
              <>
                {after === null && <p class="muted">{t.reviewsText}</p>}
                <ul class="rows">
                  {reviews.nodes.map((credit) => (
                    <Row key={`${credit.creditId} ${credit.version}`} organizationId={organization.id} credit={credit} known={known} />
                  ))}
                </ul>
                {more(reviews.pageInfo)}
              </>
            );
          }}
        </Loaded>
      )}
    />
  );
}

function Row({ organizationId, credit, known }: { organizationId: string; credit: UnderReviewFragment; known: CreditWords }) {
  const words = useWords();
  const { t, shortDay, moment } = words;
  const { say } = useSession();
  const { member, creditId, version, title, provider, completedOn, portions, loggedAt } = credit;
  const name = member.name ?? t.nameless;
  const [approved, approve] = useMutation(ReviewCreditDocument);
  const [refused, refuse] = useMutation(ReviewCreditDocument);
  const decide = async (review: typeof approve, outcome: ReviewOutcome, reason: string | null, done: string) => {
    const { data } = await review({ input: { organizationId, memberId: member.id, creditId, version, outcome, reason } });
    if (data?.reviewCredit) {
      say(done);
    }
    return Boolean(data?.reviewCredit);
  };
  // What the organization's programs call it, else the word that came with the credit.
  const named = (ids: (string | null)[] | null, terms: Term[]) => (ids ?? []).flatMap((id) => (id ? [terms.find((term) => term.id === id)?.name ?? id] : []));
  const said = [
    ...named([credit.format], known.formats),
    ...named([credit.role], known.roles),
    ...named(credit.topics, known.topics),
    ...named(credit.approvals, known.approvals),
    ...portions.map((portion) => `${lengthOf(words, { ...portion, unit: credit.unit })}: ${named(portion.topics, known.topics).join(", ")}`),
  ];
  return (
    <li class="card">
      <h2>
        <a href={`/organizations/${organizationId}/members/${member.id}`}>{name}</a>
      </h2>
      <p class="requirement-title">
        <span>{title}</span>
        <strong>{lengthOf(words, credit)}</strong>
      </p>
      <p class="muted">
        <time dateTime={completedOn}>{shortDay(completedOn)}</time>
        {provider && ` · ${provider}`} · {t.reviewLogged(moment(loggedAt))}
      </p>
      {said.length > 0 && (
        <ul class="tags">
          {said.map((text) => (
            <li key={text} class="tag">
              {text}
            </li>
          ))}
        </ul>
      )}
      <Problem error={approved.error} stale />
      <div class="actions">
        <button
          type="button"
          class="primary"
          aria-label={`${t.reviewApprove}: ${name}, ${title}`}
          disabled={approved.fetching}
          aria-busy={approved.fetching}
          onClick={() => decide(approve, "APPROVED", null, t.reviewApproved)}
        >
          {t.reviewApprove}
        </button>
        <Reasoned
          about={`${name}, ${title}`}
          label={t.reviewRefuse}
          reason={t.reason}
          hint={t.reviewHint}
          danger
          error={refused.error}
          onSure={(reason) => decide(refuse, "REFUSED", reason, t.reviewRefused)}
        />
      </div>
    </li>
  );
}
