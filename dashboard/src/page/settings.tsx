import type { CombinedError } from "@urql/core";
import { useMutation } from "@urql/preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { useAccount } from "../account";
import { problemsOf } from "../client";
import { Check, Dangerous, Form, Input, Password, Select, useUnclaimed } from "../component/form";
import { Ladder } from "../component/ladder";
import { Once } from "../component/once";
import { Page } from "../component/page";
import { Loaded } from "../component/state";
import { ZoneAndLanguage } from "../component/zone";
import { deviceTimeZone } from "../date";
import {
  CreateCalendarFeedDocument,
  DeleteAccountDocument,
  type ReminderDetail,
  RemindersDocument,
  type RemindersQuery,
  RevokeCalendarFeedDocument,
  SendTestNotificationDocument,
  SignOutDocument,
  UpdateProfileDocument,
  UpdateReminderPreferencesDocument,
} from "../graph.generated";
import { keepCode } from "../invitation";
import { newId } from "../id";
import { useSession, useViewer } from "../session";
import { useWords } from "../text/text";
import { languageOf } from "../text/words";
import { VerifyNotice } from "./verify-notice";

export function SettingsPage() {
  const { t } = useWords();
  const { restart } = useSession();
  const { route } = useLocation();
  const [{ error, fetching }, signOut] = useMutation(SignOutDocument);
  const problem = useUnclaimed(error);
  return (
    <Page
      title={t.settings}
      narrow
      actions={
        <button
          type="button"
          disabled={fetching}
          onClick={async () => {
            if ((await signOut({})).data?.signOut) {
              keepCode(null);
              route("/sign-in", true);
              restart();
            }
          }}
        >
          {t.signOut}
        </button>
      }
    >
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <Profile />
      <Loaded query={RemindersDocument} variables={{}} types={["ReminderPreferences", "CalendarFeed"]}>
        {({ me }) =>
          me && (
            <>
              <Reminders key={me.reminderPreferences.version} preferences={me.reminderPreferences} />
              <Calendar feed={me.calendarFeed} />
            </>
          )
        }
      </Loaded>
      <ChangePassword />
      <Erase />
      <p class="muted">
        <a href="/graphiql" target="_top">
          {t.apiPage}
        </a>{" "}
        ·{" "}
        <a href="/licences.txt" target="_top">
          {t.licences}
        </a>
      </p>
    </Page>
  );
}

function Profile() {
  const { t } = useWords();
  const { say, speak } = useSession();
  const viewer = useViewer();
  const [name, setName] = useState(viewer.name ?? "");
  const [timeZone, setTimeZone] = useState(viewer.timeZone ?? deviceTimeZone());
  const [language, setLanguage] = useState<string>(languageOf(viewer.locale));
  const [{ error }, update] = useMutation(UpdateProfileDocument);
  const problems = problemsOf(error);
  return (
    <section class="card" aria-labelledby="profile">
      <h2 id="profile">{t.profile}</h2>
      {viewer.email && <p class="muted">{viewer.email}</p>}
      <VerifyNotice />
      <Form
        submit={t.save}
        error={error}
        fields={["name", "timeZone", "locale"]}
        onSubmit={async () => {
          // A region that goes with the language stays.
          const locale = languageOf(viewer.locale) === language ? viewer.locale : language;
          const { data } = await update({ input: { version: viewer.version, name: name || null, timeZone, locale } });
          if (data?.updateProfile) {
            say((await speak(locale)).t.saved);
          }
        }}
      >
        <Input label={t.name} optional autocomplete="name" maxLength={200} value={name} onValue={setName} problem={problems["name"]} />
        <ZoneAndLanguage timeZone={timeZone} onTimeZone={setTimeZone} language={language} onLanguage={setLanguage} problems={problems} />
      </Form>
    </section>
  );
}

type Preferences = NonNullable<RemindersQuery["me"]>["reminderPreferences"];

function Reminders({ preferences }: { preferences: Preferences }) {
  const { t } = useWords();
  const { say } = useSession();
  const [channels, setChannels] = useState(preferences.channels);
  const [ladder, setLadder] = useState(preferences.ladder);
  const [hour, setHour] = useState(preferences.hour);
  const [quietFrom, setQuietFrom] = useState(preferences.quietFrom);
  const [quietUntil, setQuietUntil] = useState(preferences.quietUntil);
  const [muteUntil, setMuteUntil] = useState(preferences.muteUntil ?? "");
  const [muteCredits, setMuteCredits] = useState(preferences.muteCredits);
  const [detail, setDetail] = useState<string>(preferences.detail);
  const [{ error }, update] = useMutation(UpdateReminderPreferencesDocument);
  const [test, sendTest] = useMutation(SendTestNotificationDocument);
  const testProblem = useUnclaimed(test.error);
  const problems = problemsOf(error);
  return (
    <section class="card" aria-labelledby="reminders">
      <h2 id="reminders">{t.reminders}</h2>
      <p class="muted">{t.remindersText}</p>
      <Form
        submit={t.save}
        error={error}
        fields={["hour", "quietFrom", "quietUntil", "muteUntil"]}
        onSubmit={async () => {
          const { data } = await update({
            input: {
              version: preferences.version,
              channels,
              ladder,
              hour,
              quietFrom,
              quietUntil,
              muteUntil: muteUntil || null,
              muteCredits,
              detail: detail as ReminderDetail,
            },
          });
          if (data?.updateReminderPreferences) {
            say(t.saved);
          }
        }}
        beside={
          <button
            type="button"
            class="quiet"
            disabled={test.fetching}
            onClick={async () => {
              if ((await sendTest({ input: { id: newId() } })).data?.sendTestNotification) {
                say(t.testSent);
              }
            }}
          >
            {t.sendTest}
          </button>
        }
      >
        <Ladder channels={channels} onChannels={setChannels} ladder={ladder} onLadder={setLadder} />
        <div class="trio">
          <Input label={t.hour} type="time" value={hour} onValue={setHour} problem={problems["hour"]} />
          <Input label={t.quietFrom} type="time" value={quietFrom} onValue={setQuietFrom} problem={problems["quietFrom"]} />
          <Input label={t.quietUntil} type="time" value={quietUntil} onValue={setQuietUntil} problem={problems["quietUntil"]} />
        </div>
        <div class="pair">
          <Input label={t.muteUntil} type="date" optional value={muteUntil} onValue={setMuteUntil} problem={problems["muteUntil"]} />
          <Select
            label={t.detail}
            value={detail}
            onValue={setDetail}
            options={[
              { id: "FULL", name: t.detailFull },
              { id: "DISCREET", name: t.detailDiscreet },
            ]}
          />
        </div>
        <Check label={t.sendCreditNews} checked={!muteCredits} onChecked={(send) => setMuteCredits(!send)} />
      </Form>
      {testProblem && (
        <p class="problem" role="alert">
          {testProblem}
        </p>
      )}
    </section>
  );
}

function Calendar({ feed }: { feed: NonNullable<RemindersQuery["me"]>["calendarFeed"] }) {
  const { t, day } = useWords();
  const { say } = useSession();
  const [alarms, setAlarms] = useState(feed?.alarms ?? true);
  const [url, setUrl] = useState("");
  const [created, create] = useMutation(CreateCalendarFeedDocument);
  const [revoked, revoke] = useMutation(RevokeCalendarFeedDocument);
  const problem = useUnclaimed(created.error ?? revoked.error);
  return (
    <section class="card" aria-labelledby="calendar">
      <h2 id="calendar">{t.calendar}</h2>
      <p class="muted">{t.calendarText}</p>
      {url && <Once label={t.calendarAddress} hint={t.calendarOnce} value={url} />}
      {feed && !url && <p>{t.calendarSince(day(feed.createdAt.slice(0, 10)))}</p>}
      <Check label={t.calendarAlarms} checked={alarms} onChecked={setAlarms} />
      <div class="actions">
        <button
          type="button"
          disabled={created.fetching}
          onClick={async () => {
            const { data } = await create({ input: { alarms } });
            setUrl(data?.createCalendarFeed?.calendarFeed.url ?? "");
          }}
        >
          {feed ? t.calendarNew : t.calendarMake}
        </button>
        {feed && (
          <Dangerous
            label={t.calendarRevoke}
            sure={t.calendarRevoke}
            onSure={async () => {
              if ((await revoke({})).data?.revokeCalendarFeed) {
                setUrl("");
                say(t.calendarStopped);
              }
            }}
          />
        )}
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

function ChangePassword() {
  const { t } = useWords();
  const { say } = useSession();
  const viewer = useViewer();
  const [oldPassword, setOld] = useState("");
  const [newPassword, setNew] = useState("");
  const { changePassword } = useAccount();
  const [error, setError] = useState<CombinedError>();
  const problems = problemsOf(error);
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">{t.changePassword}</h2>
      <Form
        submit={t.changePassword}
        error={error}
        fields={["oldPassword", "newPassword"]}
        onSubmit={async () => {
          const refused = await changePassword(viewer.email ?? "", oldPassword, newPassword);
          setError(refused);
          if (!refused) {
            setOld("");
            setNew("");
            say(t.passwordChanged);
          }
        }}
      >
        <input class="hidden" type="email" autocomplete="username" value={viewer.email ?? ""} readOnly tabIndex={-1} aria-hidden="true" />
        <div class="pair">
          <Password label={t.oldPassword} autocomplete="current-password" value={oldPassword} onValue={setOld} problem={problems["oldPassword"]} />
          <Password label={t.newPassword} autocomplete="new-password" minLength={8} hint={t.passwordHint} value={newPassword} onValue={setNew} problem={problems["newPassword"]} />
        </div>
      </Form>
    </section>
  );
}

function Erase() {
  const { t } = useWords();
  const { restart } = useSession();
  const { route } = useLocation();
  const viewer = useViewer();
  const { remote, checkPassword } = useAccount();
  const [sure, setSure] = useState(false);
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<CombinedError>();
  const [erased, erase] = useMutation(DeleteAccountDocument);
  const error = wrong ?? erased.error;
  return (
    <section class="card" aria-labelledby="erase">
      <h2 id="erase">{t.deleteAccount}</h2>
      <details>
        <summary>{t.deleteAccountText}</summary>
        <Form
          submit={t.deleteAccount}
          error={error}
          fields={["password"]}
          busy={!sure}
          onSubmit={async () => {
            const refused = await checkPassword(viewer.email ?? "", password);
            setWrong(refused);
            if (!refused && (await erase({ input: { password: remote ? null : password, confirm: sure } })).data?.deleteAccount) {
              keepCode(null);
              route("/sign-in", true);
              restart();
            }
          }}
        >
          <Password label={t.password} autocomplete="current-password" value={password} onValue={setPassword} problem={problemsOf(error)["password"]} />
          <Check label={t.deleteAccountSure} checked={sure} onChecked={setSure} />
        </Form>
      </details>
    </section>
  );
}
