import { useMutation } from "@urql/preact";
import { useRef, useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Choices, Dangerous, Form, Input, Options, Problem, Select } from "../component/form";
import { Once } from "../component/once";
import { invitedRoles, mayOf, OrganizationPage, RoleAndGroups, RoleSelect, WithOrganization } from "../component/organization";
import { Empty, Loaded, Pages } from "../component/state";
import { CreateInvitationDocument, type InOrganizationFragment, InvitationsDocument, type InvitationsQuery, type OrganizationRole, RevokeInvitationDocument } from "../graph.generated";
import { newId } from "../id";
import { useSession } from "../session";
import { useWords } from "../text/text";

type Invitation = NonNullable<NonNullable<InvitationsQuery["organization"]>["invitations"]>["nodes"][number];

/** InvitationsPage is where managers invite people and see which invitations are open. */
export function InvitationsPage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => (
        <OrganizationPage organization={organization} title={t.invitations} allowed={mayOf(organization).manages}>
          <div class="columns">
            <section aria-labelledby="open">
              <h2 id="open">{t.invitationsOpen}</h2>
              <Pages
                page={(after, more) => (
                  <Loaded query={InvitationsDocument} variables={{ id: organization.id, after }} types={["Invitation"]}>
                    {({ organization }) => {
                      const invitations = organization?.invitations;
                      if (!invitations || (invitations.nodes.length === 0 && after === null)) {
                        return <Empty title={t.invitationsEmpty} />;
                      }
                      return (
                        <>
                          <ul class="rows">
                            {invitations.nodes.map((invitation) => (
                              <Row key={invitation.id} invitation={invitation} />
                            ))}
                          </ul>
                          {more(invitations.pageInfo)}
                        </>
                      );
                    }}
                  </Loaded>
                )}
              />
            </section>
            <Invite organization={organization} />
          </div>
        </OrganizationPage>
      )}
    </WithOrganization>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const { t, moment } = useWords();
  const { say } = useSession();
  const { id, version, role, groups, email, uses, maxUses, state, createdBy, createdAt, expiresAt } = invitation;
  const [{ error }, revoke] = useMutation(RevokeInvitationDocument);
  return (
    <li class="card">
      <RoleAndGroups role={role} groups={groups} />
      <p class="figures">
        <span class="tag verified">{t.invitationState[state]}</span>
        <strong>{t.invitationUses(uses, maxUses)}</strong>
        {email && <span class="file-name">{t.invitationTo(email)}</span>}
      </p>
      <p class="muted">
        <time dateTime={createdAt}>{moment(createdAt)}</time>
        {createdBy && ` ${t.invitationBy(createdBy)}`} · {t.invitationUntil(moment(expiresAt))}
      </p>
      <Dangerous
        label={t.revoke}
        about={email ?? moment(createdAt)}
        sure={t.revokeSure}
        onSure={async () => {
          if ((await revoke({ input: { id, version } })).data?.revokeInvitation) {
            say(t.revoked);
          }
        }}
      />
      <Problem error={error} stale />
    </li>
  );
}

const lives = [1, 7, 14, 30, 90, 180];
const usual = 14;
const mostUses = 50_000;

function Invite({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const { say } = useSession();
  const may = mayOf(organization);
  const [id, setId] = useState(newId);
  // When it was first tried: the same request sent again says the same end.
  const since = useRef(0);
  const [role, setRole] = useState<OrganizationRole>("MEMBER");
  const [groupIds, setGroupIds] = useState<string[]>([]);
  const [how, setHow] = useState("link");
  const [email, setEmail] = useState("");
  const [maxUses, setMaxUses] = useState("1");
  const [days, setDays] = useState(String(usual));
  const [url, setUrl] = useState("");
  const [{ error }, create] = useMutation(CreateInvitationDocument);
  const problems = problemsOf(error);
  const byMail = how === "mail";
  return (
    <section class="card" aria-labelledby="invite">
      <h2 id="invite">{t.invite}</h2>
      {url && (
        <div role="status">
          <p class="fine">{t.inviteReady}</p>
          <Once label={t.inviteLink} hint={t.inviteOnce} value={url} />
        </div>
      )}
      <Form
        submit={byMail ? t.inviteSend : t.inviteMake}
        error={error}
        fields={["role", "groupIds", "email", "maxUses", "expiresAt"]}
        onSubmit={async () => {
          since.current ||= Date.now();
          const { data } = await create({
            input: {
              organizationId: organization.id,
              id,
              role,
              groupIds,
              ...(byMail ? { email } : { maxUses: Number(maxUses) }),
              expiresAt: new Date(since.current + Number(days) * 86_400_000).toISOString(),
            },
          });
          if (data?.createInvitation) {
            setId(newId());
            since.current = 0;
            setEmail("");
            setUrl(data.createInvitation.url ?? "");
            say(byMail ? t.inviteSent : t.inviteReady);
          }
        }}
      >
        <RoleSelect roles={invitedRoles} role={role} onRole={setRole} problem={problems["role"]} />
        {organization.groups.length > 0 && (
          <Choices
            label={t.groupsOfMember}
            hint={!may.managesAll ? t.groupsLimitOwn : role === "MEMBER" ? undefined : t.groupsLimit}
            options={organization.groups}
            chosen={groupIds}
            onChosen={setGroupIds}
            problem={problems["groupIds"]}
          />
        )}
        <Options
          label={t.inviteHow}
          options={[
            { id: "link", name: t.inviteByLink },
            { id: "mail", name: t.inviteByMail },
          ]}
          chosen={how}
          onChosen={setHow}
        />
        {byMail ? (
          <Input label={t.email} type="email" autocomplete="off" value={email} onValue={setEmail} problem={problems["email"]} />
        ) : (
          <Input label={t.inviteUses} type="number" min={1} max={mostUses} step={1} value={maxUses} onValue={setMaxUses} problem={problems["maxUses"]} />
        )}
        <Select label={t.inviteFor} value={days} onValue={setDays} options={lives.map((days) => ({ id: String(days), name: t.inviteDays(days) }))} problem={problems["expiresAt"]} />
      </Form>
    </section>
  );
}
