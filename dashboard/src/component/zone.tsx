import { useWords } from "../text/text";
import { languages } from "../text/words";
import { Select } from "./form";

const zones = Intl.supportedValuesOf("timeZone");

interface ZoneAndLanguageProps {
  /** An IANA name. */
  timeZone: string;
  onTimeZone: (timeZone: string) => void;
  language: string;
  onLanguage: (language: string) => void;
  problems: Record<string, string>;
}

/** ZoneAndLanguage are the two that people and organizations choose alike. */
export function ZoneAndLanguage({ timeZone, onTimeZone, language, onLanguage, problems }: ZoneAndLanguageProps) {
  const { t } = useWords();
  const known = zones.includes(timeZone) ? zones : [timeZone, ...zones];
  return (
    <div class="pair">
      <Select label={t.timeZone} value={timeZone} onValue={onTimeZone} options={known.map((id) => ({ id, name: id.replaceAll("_", " ") }))} problem={problems["timeZone"]} />
      <Select
        label={t.languageLabel}
        value={language}
        onValue={onLanguage}
        options={Object.entries(languages).map(([id, name]) => ({ id, name }))}
        problem={problems["locale"]}
      />
    </div>
  );
}
