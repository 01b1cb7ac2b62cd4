import { useMutation } from "@urql/preact";
import { useLocation, useRoute } from "preact-iso";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import {
  type InOrganizationFragment,
  LeaveOrganizationDocument,
  OrganizationDocument,
  type OrganizationRole,
  type PlaceFragment,
  UpdateMembershipDocument,
} from "../graph.generated";
import { Follow } from "../live";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { Check, Dangerous, Form, Problem, Select } from "./form";
import { Page } from "./page";
import { ChangesContext, Empty, Loaded, NotFoundPage } from "./state";

/** mayOf is what the viewer may do in an organization, as far as it decides what she is shown: the server decides what she does. */
export function mayOf({ membership: { role, allGroups } }: InOrganizationFragment) {
  const manages = role === "OWNER" || role === "MANAGER";
  return { owns: role === "OWNER", manages, managesAll: manages && allGroups, sees: role !== "MEMBER" };
}

/** invitedRoles are those that managers give by an invitation. */
export const invitedRoles: OrganizationRole[] = ["MEMBER", "VIEWER", "MANAGER"];

/** RoleSelect chooses a role among those that may be given, and says what it means. */
export function RoleSelect({ roles, role, onRole, problem }: { roles: OrganizationRole[]; role: OrganizationRole; onRole: (role: OrganizationRole) => void; problem?: string }) {
  const { t } = useWords();
  return (
    <Select
      label={t.roleLabel}
      hint={t.roleText[role]}
      value={role}
      onValue={(role) => onRole(role as OrganizationRole)}
      options={roles.map((id) => ({ id, name: t.roleName[id] }))}
      problem={problem}
    />
  );
}

/** WithOrganization shows what stands at a path below /organizations/:id, to one of its members and as it changes. */
export function WithOrganization({ children }: { children: (organization: InOrganizationFragment) => ComponentChildren }) {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const [changes, setChanges] = useState(0);
  return (
    <ChangesContext.Provider value={changes}>
      <Loaded whole key={id} query={OrganizationDocument} variables={{ id }} types={["Organization", "Group", "Member"]}>
        {({ organization }) =>
          organization ? (
            <>
              <Follow id={id} onChange={() => setChanges((changes) => changes + 1)} />
              {children(organization)}
            </>
          ) : (
            <NotFoundPage />
          )
        }
      </Loaded>
    </ChangesContext.Provider>
  );
}

interface OrganizationPageProps {
  organization: InOrganizationFragment;
  /** The organization's name when absent. */
  title?: string;
  /** Whether it is for somebody with her role; she sees that it is not, otherwise. */
  allowed: boolean;
  narrow?: boolean;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** OrganizationPage is one of the pages of an organization, with ways to the others. */
export function OrganizationPage({ organization, title, allowed, narrow, actions, children }: OrganizationPageProps) {
  const { t } = useWords();
  const { path } = useLocation();
  const { id, name } = organization;
  const may = mayOf(organization);
  const home = `/organizations/${id}`;
  const tabs: { at: string; label: string; shown: boolean }[] = [
    { at: home, label: may.sees ? t.members : t.membership, shown: true },
    { at: `${home}/postings`, label: t.postings, shown: may.manages },
    { at: `${home}/disputes`, label: t.disputes, shown: may.manages },
    { at: `${home}/reviews`, label: t.reviews, shown: may.manages && organization.approvesCredits },
    { at: `${home}/programs`, label: t.programs, shown: true },
    { at: `${home}/invitations`, label: t.invitations, shown: may.manages },
    { at: `${home}/log`, label: t.organizationLog, shown: may.owns },
    { at: `${home}/settings`, label: t.settings, shown: may.sees },
  ];
  return (
    <Page title={title ?? name} lead={title && <a href={home}>{name}</a>} narrow={narrow} actions={allowed && actions}>
      <div role="navigation" aria-label={t.organizationPages(name)}>
        <ul class="switch">
          {tabs.map(
            ({ at, label, shown }) =>
              shown && (
                <li key={at}>
                  <a class="button" href={at} aria-current={path === at ? "page" : undefined}>
                    {label}
                  </a>
                </li>
              ),
          )}
        </ul>
      </div>
      {allowed ? (
        children
      ) : (
        <Empty title={t.notForRole}>
          <p>{t.notForRoleText}</p>
        </Empty>
      )}
    </Page>
  );
}

/** RoleAndGroups says what somebody is in an organization. */
export function RoleAndGroups({ role, groups }: Pick<PlaceFragment, "role" | "groups">) {
  const { t } = useWords();
  return (
    <ul class="tags">
      <li class="tag own">{t.roleName[role]}</li>
      {groups.map(({ id, name }) => (
        <li key={id} class="tag">
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Membership is the viewer's own: what it shows of her, and the way out. */
export function Membership({ organization }: { organization: InOrganizationFragment }) {
  const { t, moment } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const { id, version, role, groups, joinedAt, shareCredits } = organization.membership;
  const [share, setShare] = useState(shareCredits);
  const [{ error }, update] = useMutation(UpdateMembershipDocument);
  const [left, leave] = useMutation(LeaveOrganizationDocument);
  return (
    <section class="card" aria-labelledby="membership">
      <h2 id="membership">{t.membership}</h2>
      <div>
        <RoleAndGroups role={role} groups={groups} />
        <p class="muted">{t.joinedOn(moment(joinedAt))}</p>
      </div>
      <p>{t.membershipShown}</p>
      <Form
        submit={t.save}
        error={error}
        onSubmit={async () => {
          if ((await update({ input: { id, version, shareCredits: share } })).data?.updateMembership) {
            say(t.saved);
          }
        }}
      >
        <Check label={t.membershipShare} checked={share} onChecked={setShare} />
      </Form>
      <div>
        <Dangerous
          label={t.leaveOrganization}
          text={t.leaveText}
          sure={t.leaveSure}
          onSure={async () => {
            const { data } = await leave({ input: { id } }, { additionalTypenames: ["Member"] });
            if (data?.leaveOrganization) {
              say(t.left(organization.name));
              route("/organizations");
            }
          }}
        />
        <Problem error={left.error} />
      </div>
    </section>
  );
}
