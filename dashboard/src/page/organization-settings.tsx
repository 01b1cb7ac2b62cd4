import { useMutation } from "@urql/preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Check, Dangerous, Form, Input, Problem } from "../component/form";
import { mayOf, Membership, OrganizationPage, WithOrganization } from "../component/organization";
import { ZoneAndLanguage } from "../component/zone";
import {
  CreateGroupDocument,
  DeleteOrganizationDocument,
  type InOrganizationFragment,
  RemoveGroupDocument,
  RenameGroupDocument,
  UpdateOrganizationDocument,
} from "../graph.generated";
import { newId } from "../id";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { languageOf } from "../text/words";

/** OrganizationSettingsPage is where an organization is changed as far as the viewer may, and her own membership. */
export function OrganizationSettingsPage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => {
        const may = mayOf(organization);
        const { name, timeZone, locale, membership } = organization;
        return (
          <OrganizationPage organization={organization} title={t.settings} allowed narrow>
            {may.owns && <Profile key={[name, timeZone, locale].join()} organization={organization} />}
            {may.owns && <Approval key={`${organization.approvesCredits}`} organization={organization} />}
            {may.managesAll && <Groups organization={organization} />}
            <Membership key={`${membership.shareCredits}`} organization={organization} />
            {may.owns && <Delete organization={organization} />}
          </OrganizationPage>
        );
      }}
    </WithOrganization>
  );
}

function Profile({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const { say } = useSession();
  const { id, version } = organization;
  const [name, setName] = useState(organization.name);
  const [timeZone, setTimeZone] = useState(organization.timeZone);
  const [language, setLanguage] = useState<string>(languageOf(organization.locale));
  const [{ error }, update] = useMutation(UpdateOrganizationDocument);
  const problems = problemsOf(error);
  return (
    <section class="card" aria-labelledby="profile">
      <h2 id="profile">{t.organizationProfile}</h2>
      <Form
        submit={t.save}
        error={error}
        fields={["name", "timeZone", "locale"]}
        onSubmit={async () => {
          // A region that goes with the language stays.
          const locale = languageOf(organization.locale) === language ? organization.locale : language;
          const { data } = await update({ input: { id, version, name, timeZone, locale } });
          if (data?.updateOrganization) {
            say(t.saved);
          }
        }}
      >
        <Input label={t.organizationName} maxLength={120} autocomplete="off" value={name} onValue={setName} problem={problems["name"]} />
        <ZoneAndLanguage timeZone={timeZone} onTimeZone={setTimeZone} language={language} onLanguage={setLanguage} problems={problems} />
      </Form>
    </section>
  );
}

function Approval({ organization: { id, version, approvesCredits } }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const { say } = useSession();
  const [approves, setApproves] = useState(approvesCredits);
  const [{ error }, update] = useMutation(UpdateOrganizationDocument);
  return (
    <section class="card" aria-labelledby="approval">
      <h2 id="approval">{t.reviews}</h2>
      <p class="muted">{t.approvesCreditsText}</p>
      <Form
        submit={t.save}
        error={error}
        onSubmit={async () => {
          const { data } = await update({ input: { id, version, approvesCredits: approves } });
          if (data?.updateOrganization) {
            say(t.saved);
          }
        }}
      >
        <Check label={t.approvesCredits} checked={approves} onChecked={setApproves} />
      </Form>
    </section>
  );
}

function Groups({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const { say } = useSession();
  const [id, setId] = useState(newId);
  const [name, setName] = useState("");
  const [{ error }, create] = useMutation(CreateGroupDocument);
  return (
    <section class="card" aria-labelledby="groups">
      <h2 id="groups">{t.groups}</h2>
      <p class="muted">{t.groupsText}</p>
      {organization.groups.length === 0 ? (
        <p>{t.groupsEmpty}</p>
      ) : (
        <ul class="uses">
          {organization.groups.map((group) => (
            <GroupRow key={group.id} organizationId={organization.id} group={group} />
          ))}
        </ul>
      )}
      <Form
        submit={t.groupAdd}
        error={error}
        fields={["name"]}
        onSubmit={async () => {
          const { data } = await create({ input: { organizationId: organization.id, id, name } });
          if (data?.createGroup) {
            setId(newId());
            setName("");
            say(t.saved);
          }
        }}
      >
        <Input label={t.groupName} maxLength={80} autocomplete="off" value={name} onValue={setName} problem={problemsOf(error)["name"]} />
      </Form>
    </section>
  );
}

function GroupRow({ organizationId, group }: { organizationId: string; group: InOrganizationFragment["groups"][number] }) {
  const { t } = useWords();
  const { say } = useSession();
  const { id, version } = group;
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(group.name);
  const [renamed, rename] = useMutation(RenameGroupDocument);
  const [removed, remove] = useMutation(RemoveGroupDocument);
  if (open) {
    return (
      <li>
        <Form
          submit={t.save}
          error={renamed.error}
          fields={["name"]}
          beside={
            <button type="button" class="quiet" onClick={() => setOpen(false)}>
              {t.cancel}
            </button>
          }
          onSubmit={async () => {
            if ((await rename({ input: { organizationId, id, version, name } })).data?.renameGroup) {
              setOpen(false);
              say(t.saved);
            }
          }}
        >
          <Input label={t.groupName} maxLength={80} autocomplete="off" value={name} onValue={setName} problem={problemsOf(renamed.error)["name"]} />
        </Form>
      </li>
    );
  }
  return (
    <li>
      <p class="what">{group.name}</p>
      <div class="actions">
        <button
          type="button"
          class="quiet"
          aria-label={`${t.groupRename}: ${group.name}`}
          onClick={() => {
            setName(group.name);
            setOpen(true);
          }}
        >
          {t.groupRename}
        </button>
        <Dangerous
          label={t.remove}
          about={group.name}
          text={t.groupRemoveText}
          sure={t.removeSure}
          onSure={async () => {
            if ((await remove({ input: { organizationId, id, version } })).data?.removeGroup) {
              say(t.saved);
            }
          }}
        />
      </div>
      <Problem error={removed.error} stale />
    </li>
  );
}

function Delete({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const { id, version, name } = organization;
  const [typed, setTyped] = useState("");
  const [{ error }, remove] = useMutation(DeleteOrganizationDocument);
  const sure = typed.trim() === name;
  return (
    <section class="card" aria-labelledby="delete">
      <h2 id="delete">{t.deleteOrganization}</h2>
      <details>
        <summary>{t.deleteOrganizationText}</summary>
        <Form
          submit={t.deleteOrganization}
          error={error}
          busy={!sure}
          onSubmit={async () => {
            const { data } = await remove({ input: { id, version, confirm: sure } }, { additionalTypenames: ["Member"] });
            if (data?.deleteOrganization) {
              say(t.organizationDeleted);
              route("/organizations");
            }
          }}
        >
          <Input label={t.deleteOrganizationName(name)} autocomplete="off" value={typed} onValue={setTyped} />
        </Form>
      </details>
    </section>
  );
}
