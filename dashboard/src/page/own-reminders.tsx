import { useMutation } from "@urql/preact";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Check, Form, Input } from "../component/form";
import { Ladder } from "../component/ladder";
import { Loaded } from "../component/state";
import { RemindersDocument, type RemindersQuery, UpdateReminderPreferencesDocument } from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";

type Preferences = NonNullable<RemindersQuery["me"]>["reminderPreferences"];

/** OwnReminders are what differs in the reminders of one certification. */
export function OwnReminders({ certificationId }: { certificationId: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.reminders}</summary>
      {open && (
        <Loaded query={RemindersDocument} variables={{}} types={["ReminderPreferences"]}>
          {({ me }) => me && <Differing key={me.reminderPreferences.version} certificationId={certificationId} preferences={me.reminderPreferences} />}
        </Loaded>
      )}
    </details>
  );
}

function Differing({ certificationId, preferences }: { certificationId: string; preferences: Preferences }) {
  const { t } = useWords();
  const { say } = useSession();
  const others = preferences.certifications.filter((one) => one.certificationId !== certificationId);
  const own = preferences.certifications.find((one) => one.certificationId === certificationId);
  const [differs, setDiffers] = useState(Boolean(own?.channels ?? own?.ladder));
  const [channels, setChannels] = useState(own?.channels ?? preferences.channels);
  const [ladder, setLadder] = useState(own?.ladder ?? preferences.ladder);
  const [muteUntil, setMuteUntil] = useState(own?.muteUntil ?? "");
  const [{ error }, update] = useMutation(UpdateReminderPreferencesDocument);
  const path = `certifications.${others.length}.muteUntil`;
  return (
    <Form
      submit={t.save}
      error={error}
      fields={[path]}
      onSubmit={async () => {
        const changed = { certificationId, ...(differs && { channels, ladder }), muteUntil: muteUntil || null };
        const certifications = others.map(({ certificationId, channels, ladder, muteUntil }) => ({ certificationId, channels, ladder, muteUntil }));
        const { data } = await update({ input: { version: preferences.version, certifications: differs || muteUntil ? [...certifications, changed] : certifications } });
        if (data?.updateReminderPreferences) {
          say(t.saved);
        }
      }}
    >
      <Check label={t.remindersAsAll} checked={!differs} onChecked={(asAll) => setDiffers(!asAll)} />
      {differs && <Ladder channels={channels} onChannels={setChannels} ladder={ladder} onLadder={setLadder} />}
      <Input label={t.muteUntil} type="date" optional value={muteUntil} onValue={setMuteUntil} problem={problemsOf(error)[path]} />
    </Form>
  );
}
