import type { QuestionAskedFragment } from "../graph.generated";
import { useWords } from "../text/text";
import { Input, Select } from "./form";

interface QuestionFieldProps {
  question: QuestionAskedFragment;
  value: string;
  onValue: (value: string) => void;
  problem?: string;
}

/** QuestionField asks one question of a program; "" is no answer. */
export function QuestionField({ question, value, onValue, problem }: QuestionFieldProps) {
  const { t } = useWords();
  const none = { id: "", name: t.notStated };
  switch (question.type) {
    case "BOOLEAN":
      return (
        <Select
          label={question.prompt}
          optional
          problem={problem}
          value={value}
          onValue={onValue}
          options={[none, { id: "true", name: t.yes }, { id: "false", name: t.no }]}
        />
      );
    case "CHOICE":
      return <Select label={question.prompt} optional problem={problem} value={value} onValue={onValue} options={[none, ...question.choices]} />;
    case "DATE":
      return <Input label={question.prompt} type="date" optional problem={problem} value={value} onValue={onValue} />;
    case "NUMBER":
      return <Input label={question.prompt} inputMode="decimal" optional problem={problem} value={value} onValue={onValue} />;
    case "TERMS":
      return null; // asked of credits alone
  }
}
