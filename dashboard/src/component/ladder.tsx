import { useState } from "preact/hooks";
import type { Channel } from "../graph.generated";
import { useWords } from "../text/text";
import { Choices } from "./form";

const steps = [180, 120, 90, 60, 30, 14, 7, 3, 1, 0, -1, -7];

/** Ladder chooses by which ways and on which days before a deadline reminders come; the days as the API wants them, the most first. */
export function Ladder({ channels, onChannels, ladder, onLadder }: { channels: Channel[]; onChannels: (channels: Channel[]) => void; ladder: number[]; onLadder: (ladder: number[]) => void }) {
  const { t } = useWords();
  // Those that were set elsewhere can be put back after they were taken away.
  const [offered] = useState(() => [...new Set([...steps, ...ladder])].sort((a, b) => b - a));
  return (
    <>
      <Choices label={t.channels} options={(["PUSH", "EMAIL"] as const).map((id) => ({ id, name: t.channel[id] }))} chosen={channels} onChosen={(chosen) => onChannels(chosen as Channel[])} />
      <Choices
        label={t.ladder}
        options={offered.map((days) => ({ id: String(days), name: t.daysBefore(days) }))}
        chosen={ladder.map(String)}
        onChosen={(chosen) => onLadder(chosen.map(Number).sort((a, b) => b - a))}
      />
    </>
  );
}
