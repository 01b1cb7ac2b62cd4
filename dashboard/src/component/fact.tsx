import type { QuestionAskedFragment, RecordedWordsFragment } from "../graph.generated";
import { useWords } from "../text/text";
import type { Words } from "../text/words";

const waived = "waived.";

/** waiverOf is the question whether a requirement is asked of the holder. */
export const waiverOf = (requirementId: string) => waived + requirementId;

interface Known {
  requirements: { id: string; title: string }[];
  questions: QuestionAskedFragment[];
}

/** saidOf is a fact that an organization recorded, in words. */
export function saidOf({ t, amount, day }: Words, { questionId, value }: RecordedWordsFragment, { requirements, questions }: Known): string {
  if (questionId.startsWith(waived)) {
    const id = questionId.slice(waived.length);
    const title = requirements.find((requirement) => requirement.id === id)?.title ?? id;
    return value === "true" ? t.factWaived(title) : t.factReduced(title, amount(value));
  }
  switch (questionId) {
    case "extended":
      return t.factExtended(day(value));
    case "carried-over":
      return t.factCarried(amount(value));
  }
  const question = questions.find(({ id }) => id === questionId);
  const answer =
    question?.type === "BOOLEAN"
      ? value === "true"
        ? t.yes
        : t.no
      : question?.type === "DATE"
        ? day(value)
        : question?.type === "NUMBER"
          ? amount(value)
          : (question?.choices.find(({ id }) => id === value)?.name ?? value);
  return `${question?.prompt ?? questionId}: ${answer}`;
}

/** Recorded says a fact that an organization recorded, who did, and why. */
export function Recorded({ fact, ...known }: { fact: RecordedWordsFragment } & Known) {
  const words = useWords();
  const { t, day, moment } = words;
  return (
    <>
      <p class="what">{saidOf(words, fact, known)}</p>
      {fact.since && (
        <p class="muted">
          <time dateTime={fact.since}>{t.factSince(day(fact.since))}</time>
        </p>
      )}
      {fact.recorded && (
        <>
          <p class="said">{t.reasonOf(fact.recorded.reason)}</p>
          <p class="muted">{t.factBy(fact.recorded.by, moment(fact.recorded.at))}</p>
        </>
      )}
    </>
  );
}
