import { useMutation } from "@urql/preact";
import { useLocation, useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { OpenFile } from "../component/file";
import { Choices, Dangerous, Form, Problem } from "../component/form";
import { invitedRoles, mayOf, OrganizationPage, RoleAndGroups, RoleSelect, WithOrganization } from "../component/organization";
import { OutcomeMark } from "../component/outcome";
import { Mark } from "../component/progress";
import { Empty, Loaded, NotFoundPage, Pages } from "../component/state";
import {
  type InOrganizationFragment,
  MemberCertificationsDocument,
  MemberCreditsDocument,
  MemberDocument,
  type MemberQuery,
  RemoveMemberDocument,
  TransferOwnershipDocument,
  UpdateMemberDocument,
} from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { isLimit, Requirements } from "./certification";
import { lengthOf } from "./credits";
import { Facts } from "./member-facts";

type Member = NonNullable<MemberQuery["member"]>;
type Organization = InOrganizationFragment;

/** MemberPage shows who sees members how one of them stands, and lets who manages them change her place. */
export function MemberPage() {
  const { params } = useRoute();
  const id = params["memberId"] ?? "";
  return (
    <WithOrganization>
      {(organization) => (
        <Loaded key={id} whole query={MemberDocument} variables={{ id }} types={["Member", "Group"]}>
          {({ member }) => (member ? <Shown organization={organization} member={member} /> : <NotFoundPage />)}
        </Loaded>
      )}
    </WithOrganization>
  );
}

function Shown({ organization, member }: { organization: Organization; member: Member }) {
  const { t, day, moment } = useWords();
  const may = mayOf(organization);
  const { name, role, groups, outcome, nextDeadline, joinedAt } = member;
  const own = member.id === organization.membership.id;
  // What else is refused, the server says.
  const manages = may.manages && (may.owns || role !== "OWNER");
  return (
    <OrganizationPage organization={organization} title={name ?? t.nameless} allowed={may.sees}>
      <div class="card summary">
        <div>
          <p class="figures">
            <OutcomeMark outcome={outcome} />
            {nextDeadline && (
              <strong>
                {t.nextDeadline}: <time dateTime={nextDeadline.dueOn}>{day(nextDeadline.dueOn)}</time>
              </strong>
            )}
          </p>
          {nextDeadline && <p class="muted">{nextDeadline.title}</p>}
          <RoleAndGroups role={role} groups={groups} />
          <p class="muted">{t.joinedOn(moment(joinedAt))}</p>
        </div>
      </div>
      <div class="columns">
        <div>
          <Standings member={member} />
          {may.manages && !own && <Facts organization={organization} memberId={member.id} />}
        </div>
        <div>
          <Credits member={member} />
          {own ? (
            <p>
              {t.itIsYou} <a href={`/organizations/${organization.id}/settings`}>{t.settings}</a>
            </p>
          ) : (
            manages && <Manage key={`${role} ${groups.map(({ id }) => id)}`} organization={organization} member={member} />
          )}
        </div>
      </div>
    </OrganizationPage>
  );
}

function Standings({ member }: { member: Member }) {
  const { t, amount, day } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <section aria-labelledby="standings">
      <h2 id="standings">{t.memberCertifications}</h2>
      {member.standings.length === 0 ? (
        <Empty title={t.memberCertificationsEmpty} />
      ) : (
        <ul class="rows">
          {member.standings.map(({ certificationId, program, outcome, dueOn, missing }) => (
            <li key={certificationId} class="card">
              <h3>{program.name}</h3>
              <p class="figures">
                <OutcomeMark outcome={outcome} />
                {dueOn && <time dateTime={dueOn}>{t.reminderOf(day(dueOn))}</time>}
              </p>
              {/* Ways that were not needed are not met either. */}
              {outcome === "MET" || missing.length === 0 ? (
                <p class="muted">{t.missingNothing}</p>
              ) : (
                <>
                  <h4>{t.missing}</h4>
                  <ul class="notes">
                    {missing.map(({ title, remaining, unit }) => (
                      <li key={title}>
                        {title}
                        {remaining !== null && <strong>: {t.toGo(amount(remaining), unit ?? "")}</strong>}
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {member.standings.length > 0 && (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t.inFull}</summary>
          {open && <InFull id={member.id} />}
        </details>
      )}
    </section>
  );
}

function InFull({ id }: { id: string }) {
  const { t, day } = useWords();
  return (
    <Loaded query={MemberCertificationsDocument} variables={{ id }} types={["Member"]}>
      {({ member }) => (
        <ul class="cards">
          {member?.certifications.map(({ id, program, cycle, outcome, requirements, deadlines }) => (
            <li key={id} class="rows">
              <h3>{program.name}</h3>
              <p class="figures">
                <Mark outcome={outcome} />
                {cycle && <span class="muted">{t.cycleDays(day(cycle.startsOn), day(cycle.endsOn))}</span>}
              </p>
              <Requirements all={requirements.filter((requirement) => !isLimit(requirement))} parent={null} />
              <ol class="timeline">
                {deadlines.map(({ kind, dueOn, status, title }) => (
                  <li key={`${kind} ${dueOn} ${title}`} class={`due ${status}`}>
                    <span class="what">{title}</span>
                    <span class="when">
                      <time dateTime={dueOn}>{day(dueOn)}</time> · {t.deadlineStatus[status]}
                    </span>
                  </li>
                ))}
              </ol>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function Credits({ member }: { member: Member }) {
  const words = useWords();
  const { t, shortDay } = words;
  return (
    <section aria-labelledby="credits">
      <h2 id="credits">{t.memberCredits}</h2>
      {member.shareCredits ? (
        <Pages
          page={(after, more) => (
            <Loaded query={MemberCreditsDocument} variables={{ id: member.id, after }} types={["Member", "MemberCredit"]}>
              {({ member }) => {
                const credits = member?.credits;
                if (!credits) {
                  return <p class="muted">{t.memberCreditsHidden}</p>;
                }
                if (credits.nodes.length === 0 && after === null) {
                  return <p class="muted">{t.memberCreditsEmpty}</p>;
                }
                return (
                  <>
                    <ul class="uses">
                      {credits.nodes.map((credit) => (
                        <li key={credit.id}>
                          <p class="requirement-title">
                            <span>{credit.title}</span>
                            <strong>{lengthOf(words, credit)}</strong>
                          </p>
                          <p class="muted">
                            <time dateTime={credit.completedOn}>{shortDay(credit.completedOn)}</time>
                            {credit.provider && ` · ${credit.provider}`}
                          </p>
                          {credit.evidence.map(({ id, url, fileName }) => (
                            <OpenFile key={id} url={url} name={fileName ?? t.fileWithoutName} />
                          ))}
                        </li>
                      ))}
                    </ul>
                    {more(credits.pageInfo)}
                  </>
                );
              }}
            </Loaded>
          )}
        />
      ) : (
        <p class="muted">{t.memberCreditsHidden}</p>
      )}
    </section>
  );
}

function Manage({ organization, member }: { organization: Organization; member: Member }) {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const { id, version } = member;
  const name = member.name ?? t.nameless;
  const may = mayOf(organization);
  const [role, setRole] = useState(member.role);
  const [groupIds, setGroupIds] = useState(member.groups.map(({ id }) => id));
  const [{ error }, update] = useMutation(UpdateMemberDocument);
  const [removed, remove] = useMutation(RemoveMemberDocument);
  const [transferred, transfer] = useMutation(TransferOwnershipDocument);
  const problems = problemsOf(error);
  return (
    <section class="card" aria-labelledby="manage">
      <h2 id="manage">{t.memberManage}</h2>
      <Form
        submit={t.save}
        error={error}
        fields={["role", "groupIds"]}
        onSubmit={async () => {
          const { data } = await update({ input: { id, version, role, groupIds } });
          if (data?.updateMember) {
            say(t.saved);
          }
        }}
      >
        <RoleSelect roles={may.owns ? [...invitedRoles, "OWNER"] : invitedRoles} role={role} onRole={setRole} problem={problems["role"]} />
        {organization.groups.length > 0 && (
          <Choices
            label={t.groupsOfMember}
            hint={role === "MEMBER" ? undefined : t.groupsLimit}
            options={organization.groups}
            chosen={groupIds}
            onChosen={setGroupIds}
            problem={problems["groupIds"]}
          />
        )}
      </Form>
      <div>
        {may.owns && member.role !== "OWNER" && (
          <Dangerous
            label={t.transfer}
            text={t.transferText(name)}
            sure={t.transferSure}
            onSure={async () => {
              if ((await transfer({ input: { id, version } })).data?.transferOwnership) {
                say(t.transferred(name));
              }
            }}
          />
        )}
        <Problem error={transferred.error} stale />
        <Dangerous
          label={t.memberRemove}
          text={t.memberRemoveText}
          sure={t.removeSure}
          onSure={async () => {
            if ((await remove({ input: { id, version } }, { additionalTypenames: ["Member"] })).data?.removeMember) {
              say(t.memberRemoved(name));
              route(`/organizations/${organization.id}`);
            }
          }}
        />
        <Problem error={removed.error} stale />
      </div>
    </section>
  );
}
