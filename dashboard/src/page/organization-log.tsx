import { OrganizationPage, mayOf, WithOrganization } from "../component/organization";
import { Empty, Loaded, Pages } from "../component/state";
import { OrganizationLogDocument, type OrganizationLogQuery, type OrganizationRole } from "../graph.generated";
import { useWords } from "../text/text";
import type { Words } from "../text/words";

type Entry = NonNullable<NonNullable<OrganizationLogQuery["organization"]>["log"]>["nodes"][number];

/** OrganizationLogPage tells owners who did what to whom. */
export function OrganizationLogPage() {
  const words = useWords();
  const { t, moment } = words;
  return (
    <WithOrganization>
      {(organization) => (
        <OrganizationPage organization={organization} title={t.organizationLog} allowed={mayOf(organization).owns} narrow>
          <p class="muted">{t.organizationLogText}</p>
          <Pages
            page={(after, more) => (
              <Loaded query={OrganizationLogDocument} variables={{ id: organization.id, after }} types={["OrganizationLogEntry", "Organization", "Member", "Invitation"]}>
                {({ organization }) => {
                  const log = organization?.log;
                  if (!log || (log.nodes.length === 0 && after === null)) {
                    return <Empty title={t.organizationLogEmpty} />;
                  }
                  return (
                    <>
                      <ol class="timeline">
                        {log.nodes.map((entry) => (
                          <li key={entry.id} class="due">
                            <span>{said(words, entry)}</span>
                            <time class="muted" dateTime={entry.at}>
                              {moment(entry.at)}
                            </time>
                          </li>
                        ))}
                      </ol>
                      {more(log.pageInfo)}
                    </>
                  );
                }}
              </Loaded>
            )}
          />
        </OrganizationPage>
      )}
    </WithOrganization>
  );
}

/** said is an entry of the log as a sentence. */
function said({ t }: Words, { action, actor, subject, before, after }: Entry): string {
  // Roles stand first in what the actions say that name any.
  const named = (values: string[]) =>
    /^(INVITATION_|MEMBER_|ROLE_)/.test(action) ? values.map((value, i) => (i === 0 ? (t.roleName[value as OrganizationRole] ?? value) : value)) : values;
  return t.happened[action]({ actor: actor ?? t.nobody, subject: subject ?? t.nobody, before: named(before), after: named(after), alone: actor === null });
}
