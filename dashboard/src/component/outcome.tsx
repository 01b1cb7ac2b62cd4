import type { MemberOutcome } from "../graph.generated";
import { useWords } from "../text/text";
import { Icon } from "./icon";

const marks = { OVERDUE: "over", AT_RISK: "missing", UNDETERMINED: "question", ON_TRACK: "clock", MET: "check", NONE: "none" } as const;

/** outcomes are those of members, the most urgent first. */
export const outcomes = Object.keys(marks) as MemberOutcome[];

/** OutcomeMark says how somebody stands by a word, a shape and a colour. */
export function OutcomeMark({ outcome }: { outcome: MemberOutcome }) {
  const { t } = useWords();
  return (
    <span class={`mark ${outcome}`}>
      <Icon name={marks[outcome]} />
      {t.memberOutcome[outcome]}
    </span>
  );
}

interface Count {
  outcome: MemberOutcome;
  members: number;
}

/** Stack draws how many stand how. What stands beside it says the same. */
export function Stack({ counts }: { counts: Count[] }) {
  const total = counts.reduce((sum, { members }) => sum + members, 0);
  let before = 0;
  return (
    <svg class="meter stack" viewBox={`0 0 ${Math.max(total, 1)} 1`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="track" width={Math.max(total, 1)} height="1" />
      {counts.map(({ outcome, members }) => {
        const x = before;
        before += members;
        return members > 0 && <rect key={outcome} class={outcome} x={x} width={members} height="1" />;
      })}
    </svg>
  );
}
