import type { CertificationCardFragment, Outcome, RequirementRowFragment } from "../graph.generated";
import { useWords } from "../text/text";
import type { Words } from "../text/words";
import { Icon } from "./icon";

/** share is how far an amount has come, from 0 to 1. It is drawn and never counted with: amounts stay exact texts. */
function share(requirement: Pick<RequirementRowFragment, "required" | "earned">): number {
  const required = Number(requirement.required);
  return required > 0 ? Math.min(1, Number(requirement.earned) / required) : 1;
}

/** amountsOf are the binding minimums in the program's order: the first is the one by which deadlines measure the cycle, the others are more of what it asks. */
export function amountsOf(requirements: RequirementRowFragment[]): RequirementRowFragment[] {
  return requirements.filter(({ kind, force, required, earned, outcome }) => kind === "MINIMUM" && force === "BINDING" && required !== null && earned !== null && outcome !== "NOT_APPLICABLE");
}

/** earnedOf says how much is there of how much, in words. */
export function earnedOf({ amount, named, t }: Words, requirement: RequirementRowFragment): string {
  const { required, earned, unit } = requirement;
  if (required === null) {
    return "";
  }
  if (requirement.kind === "MAXIMUM") {
    return t.atMost(amount(required), named(required, unit));
  }
  return earned === null ? "" : t.ofAmount(amount(earned), amount(required), named(required, unit));
}

const circle = 2 * Math.PI * 42;

/** Ring draws how far the whole has come, with the figure in it. The words beside it say the same. */
export function Ring({ requirement, outcome }: { requirement?: RequirementRowFragment; outcome: Outcome }) {
  const done = requirement ? share(requirement) : outcome === "MET" ? 1 : 0;
  return (
    <svg class={`ring ${outcome}`} viewBox="0 0 100 100" aria-hidden="true" focusable="false">
      <circle class="track" cx="50" cy="50" r="42" />
      {done > 0 && <circle class="done" cx="50" cy="50" r="42" stroke-dasharray={`${done * circle} ${circle}`} transform="rotate(-90 50 50)" />}
      {outcome === "MET" ? (
        <path class="tick" d="m34 51 11 11 21-23" />
      ) : (
        <text x="50" y="51" text-anchor="middle" dominant-baseline="central">
          {outcome === "UNDETERMINED" && !requirement ? "?" : `${Math.floor(done * 100)}%`}
        </text>
      )}
    </svg>
  );
}

/** Bar is one requirement with how far it has come. */
export function Bar({ requirement }: { requirement: RequirementRowFragment }) {
  const words = useWords();
  return (
    <div class={`bar ${requirement.outcome}`}>
      <span class="bar-title">{requirement.title}</span>
      <span class="bar-figure">{earnedOf(words, requirement)}</span>
      <Meter requirement={requirement} />
    </div>
  );
}

/** Meter is the line of a bar alone. */
export function Meter({ requirement }: { requirement: Pick<RequirementRowFragment, "required" | "earned" | "outcome"> }) {
  return (
    <svg class={`meter ${requirement.outcome}`} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="track" width="100" height="1" />
      <rect class="done" width={share(requirement) * 100} height="1" />
    </svg>
  );
}

const marks = { MET: "check", NOT_MET: "missing", UNDETERMINED: "question", NOT_APPLICABLE: "none", NOT_EVALUATED: "question" } as const;

/** Mark says an outcome by a word, a shape and a colour. */
export function Mark({ outcome }: { outcome: Outcome }) {
  const { t } = useWords();
  return (
    <span class={`mark ${outcome}`}>
      <Icon name={marks[outcome]} />
      {t.outcome[outcome]}
    </span>
  );
}

/** remainingOf says what is missing of a certification in a few words. */
export function remainingOf({ t, amount, named }: Words, { outcome, requirements, questions }: CertificationCardFragment["standing"]): string {
  const whole = amountsOf(requirements)[0];
  if (questions.length > 0 && outcome === "UNDETERMINED") {
    return t.questionsOpen(questions.length);
  }
  if (outcome === "NOT_MET" && whole?.remaining && Number(whole.remaining) > 0) {
    return t.toGo(amount(whole.remaining), named(whole.remaining, whole.unit));
  }
  return t.outcome[outcome];
}
