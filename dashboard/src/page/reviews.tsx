import { useMutation } from "@urql/preact";
import { useRef, useState } from "preact/hooks";
import { type CreditWords, creditWordsOf, type Term } from "../component/credit-words";
import { Problem, Reasoned } from "../component/form";
import { mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { Empty, Loaded, Pages } from "../component/state";
import { type InOrganizationFragment, ReviewCreditDocument, ReviewCreditsDocument, type ReviewOutcome, ReviewsDocument, type UnderReviewFragment } from "../graph.generated";
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

/** mostReviewed is how many credits one request decides about at most. */
const mostReviewed = 100;

/** keyOf names a credit as it was seen: one that has changed since is another. */
const keyOf = ({ creditId, version }: UnderReviewFragment) => `${creditId} ${version}`;

function Queue({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const [chosen, setChosen] = useState<UnderReviewFragment[]>([]);
  const shown = useRef(new Map<string | null, UnderReviewFragment[]>()); // by the cursor of the page
  const choose = (credit: UnderReviewFragment, yes: boolean) => setChosen(yes ? [...chosen, credit] : chosen.filter((one) => keyOf(one) !== keyOf(credit)));
  return (
    <Pages
      page={(after, more) => (
        <Loaded query={ReviewsDocument} variables={{ id: organization.id, after }} types={["CreditUnderReview", "Member"]}>
          {({ organization: found }) => {
            const reviews = found?.reviews;
            shown.current.set(after, reviews?.nodes ?? []);
            const empty = !reviews || (reviews.nodes.length === 0 && after === null);
            const several = after === null && (
              <Several
                key="several"
                organizationId={organization.id}
                empty={empty}
                chosen={chosen}
                onAll={() => setChosen([...shown.current.values()].flat().slice(0, mostReviewed))}
                onNone={() => setChosen([])}
              />
            );
            if (empty) {
              return (
                <>
                  {several}
                  <Empty title={t.reviewsEmpty} />
                </>
              );
            }
            const known = creditWordsOf(found.programs);
            return (
              <>
                {several}
                {after === null && <p class="muted">{t.reviewsText}</p>}
                <ul class="rows">
                  {reviews.nodes.map((credit) => {
                    const isChosen = chosen.some((one) => keyOf(one) === keyOf(credit));
                    return (
                      <Row
                        key={keyOf(credit)}
                        organizationId={organization.id}
                        credit={credit}
                        known={known}
                        chosen={isChosen}
                        full={chosen.length >= mostReviewed && !isChosen}
                        onChosen={(yes) => choose(credit, yes)}
                      />
                    );
                  })}
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

interface SeveralProps {
  organizationId: string;
  /** Whether nothing waits: then only what came of the last is shown. */
  empty: boolean;
  chosen: UnderReviewFragment[];
  onAll: () => void;
  onNone: () => void;
}

/** Several approves at once what is chosen, and says of which credits that could not be done. */
function Several({ organizationId, empty, chosen, onAll, onNone }: SeveralProps) {
  const { t } = useWords();
  const { say } = useSession();
  const [{ error, fetching }, review] = useMutation(ReviewCreditsDocument);
  const [left, setLeft] = useState<{ about: string; message: string }[]>([]);
  const result = useRef<HTMLDivElement>(null);
  const approve = async () => {
    const credits = chosen.map(({ member, creditId, version }) => ({ memberId: member.id, creditId, version }));
    const { data } = await review({ input: { organizationId, outcome: "APPROVED", reason: null, credits } }, { additionalTypenames: ["CreditUnderReview"] });
    const outcomes = data?.reviewCredits?.credits;
    if (!outcomes) {
      return;
    }
    const problems = outcomes.flatMap(({ problem }, i) => (problem ? [{ about: aboutOf(chosen[i]!, t.nameless), message: problem.message }] : []));
    setLeft(problems);
    say(t.reviewsApproved(outcomes.length - problems.length));
    onNone();
    result.current?.focus(); // the button is gone
  };
  return (
    <div class={empty && left.length === 0 ? "" : "card several"}>
      <div role="status" tabIndex={-1} ref={result}>
        {!empty && (
          <p>
            {t.reviewsChosen(chosen.length)} {chosen.length >= mostReviewed && t.reviewsMost(mostReviewed)}
          </p>
        )}
        {left.length > 0 && (
          <>
            <p class="problem">{t.reviewsLeft}</p>
            <ul class="notes">
              {left.map(({ about, message }, i) => (
                <li key={i}>
                  <strong>{about}:</strong> {message}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <Problem error={error} />
      <div class="actions">
        {chosen.length > 0 && (
          <button type="button" class="primary" disabled={fetching} aria-busy={fetching} onClick={approve}>
            {t.reviewsApprove(chosen.length)}
          </button>
        )}
        {!empty && (
          <button type="button" onClick={onAll}>
            {t.reviewAllShown}
          </button>
        )}
        {chosen.length > 0 && (
          <button type="button" class="quiet" onClick={onNone}>
            {t.reviewNone}
          </button>
        )}
      </div>
    </div>
  );
}

/** aboutOf names a credit among others. */
const aboutOf = ({ member, title }: UnderReviewFragment, nameless: string) => `${member.name ?? nameless}, ${title}`;

interface RowProps {
  organizationId: string;
  credit: UnderReviewFragment;
  known: CreditWords;
  chosen: boolean;
  /** Whether no more can be chosen. */
  full: boolean;
  onChosen: (chosen: boolean) => void;
}

function Row({ organizationId, credit, known, chosen, full, onChosen }: RowProps) {
  const words = useWords();
  const { t, shortDay, moment } = words;
  const { say } = useSession();
  const { member, creditId, version, title, provider, completedOn, portions, loggedAt } = credit;
  const name = member.name ?? t.nameless;
  const about = aboutOf(credit, t.nameless);
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
        <label class="check">
          <input type="checkbox" aria-label={about} checked={chosen} disabled={full} onChange={(event) => onChosen(event.currentTarget.checked)} />
          <span>{title}</span>
        </label>
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
          aria-label={`${t.reviewApprove}: ${about}`}
          disabled={approved.fetching}
          aria-busy={approved.fetching}
          onClick={() => decide(approve, "APPROVED", null, t.reviewApproved)}
        >
          {t.reviewApprove}
        </button>
        <Reasoned
          about={about}
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
