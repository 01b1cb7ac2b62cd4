import { useWords } from "../text/text";
import type { Confidence } from "../graph.generated";

interface Source {
  id: string;
  title: string;
  url: string | null;
  date: string | null;
  confidence: Confidence;
}

/** SourceLink is where a rule was read. It leaves the app, and tells the other site nothing of it. */
export function SourceLink({ source }: { source: Source }) {
  const { t } = useWords();
  return source.url && /^https?:/.test(source.url) ? (
    <a href={source.url} target="_blank" rel="noopener noreferrer">
      {source.title}
      <span class="hidden"> ({t.opensElsewhere})</span>
    </a>
  ) : (
    <>{source.title}</>
  );
}

export function Sources({ sources }: { sources: Source[] }) {
  const { t } = useWords();
  return (
    <ul class="sources">
      {sources.map((source) => (
        <li key={source.id}>
          <SourceLink source={source} />
          <span class="muted">
            {source.date && ` ${source.date}`} · {t.confidence[source.confidence]}
          </span>
        </li>
      ))}
    </ul>
  );
}
