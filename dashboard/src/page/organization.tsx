import { Membership, mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { OutcomeMark, Stack } from "../component/outcome";
import { Meter } from "../component/progress";
import { Empty, Loaded } from "../component/state";
import { type InOrganizationFragment, OrganizationSummaryDocument, type OrganizationSummaryQuery } from "../graph.generated";
import { useWords } from "../text/text";
import { hrefOf, Members, useView, type View } from "./members";

type Summary = NonNullable<NonNullable<OrganizationSummaryQuery["organization"]>["summary"]>;

/** OrganizationHomePage shows who sees members where they stand, and others their own membership. */
export function OrganizationHomePage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => {
        const may = mayOf(organization);
        return (
          <OrganizationPage
            organization={organization}
            allowed
            narrow={!may.sees}
            actions={
              may.manages && (
                <a class="button primary" href={`/organizations/${organization.id}/invitations`}>
                  {t.invite}
                </a>
              )
            }
          >
            {may.sees ? <Overview organization={organization} /> : <Membership organization={organization} />}
          </OrganizationPage>
        );
      }}
    </WithOrganization>
  );
}

function Overview({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const view = useView();
  const { id, groups } = organization;
  if (view.group && !groups.some(({ id }) => id === view.group)) {
    return (
      <Empty title={t.groupGone}>
        <a class="button" href={`/organizations/${id}`}>
          {t.filterClear}
        </a>
      </Empty>
    );
  }
  return (
    <>
      <Loaded query={OrganizationSummaryDocument} variables={{ id, group: view.group || null }} types={["Member", "Group"]}>
        {({ organization }) => organization?.summary && <Charts view={view} summary={organization.summary} />}
      </Loaded>
      <Members organization={organization} />
    </>
  );
}

function Charts({ view, summary }: { view: View; summary: Summary }) {
  const { t } = useWords();
  return (
    <div class="charts">
      <section class="card" aria-labelledby="stand">
        <h2 id="stand">{t.whereTheyStand}</h2>
        <p class="total">{t.memberCount(summary.members)}</p>
        <Stack counts={summary.byOutcome} />
        <ul class="legend">
          {summary.byOutcome.map(({ outcome, members }) => (
            <li key={outcome}>
              <a href={hrefOf({ ...view, outcome })} onClick={toMembers} aria-current={view.outcome === outcome ? "true" : undefined}>
                <OutcomeMark outcome={outcome} />
              </a>
              <strong>{members.toLocaleString()}</strong>
            </li>
          ))}
        </ul>
        <p class="muted">{t.dueSoon(summary.soon, soon)}</p>
      </section>
      <Months months={summary.byMonth} />
      <Programs view={view} programs={summary.byProgram} />
    </div>
  );
}

const soon = 30;

/** toMembers shows the list that a link in a chart has just filtered. */
const toMembers = () => document.getElementById("members")?.scrollIntoView();

function Months({ months }: { months: Summary["byMonth"] }) {
  const { t, month, shortMonth } = useWords();
  const most = Math.max(1, ...months.map(({ members }) => members));
  return (
    <section class="card" aria-labelledby="months">
      <h2 id="months">{t.byMonth}</h2>
      <ol class="months">
        {months.map((one) => (
          <li key={one.month}>
            <span class="hidden">{month(one.month)}: </span>
            <b>{one.members}</b>
            <svg viewBox="0 0 1 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
              <rect class="track" width="1" height="100" />
              <rect class="done" y={100 - (one.members / most) * 100} width="1" height={(one.members / most) * 100} />
            </svg>
            <small aria-hidden="true">{shortMonth(one.month)}</small>
          </li>
        ))}
      </ol>
      <p class="muted">{t.byMonthText}</p>
    </section>
  );
}

const programsShown = 5;

function Programs({ view, programs }: { view: View; programs: Summary["byProgram"] }) {
  const { t, amount, named } = useWords();
  const rows = (programs: Summary["byProgram"]) => (
    <ul class="items programs">
      {programs.map(({ program, members, required, earned, unit, byOutcome }) => (
        <li key={program.id}>
          <p class="requirement-title">
            <a href={hrefOf({ ...view, program: program.id })} onClick={toMembers} aria-current={view.program === program.id ? "true" : undefined}>
              {program.name}
            </a>
            <strong>{t.memberCount(members)}</strong>
          </p>
          <Stack counts={byOutcome} />
          <p class="muted">
            {byOutcome
              .filter(({ members }) => members > 0)
              .map(({ outcome, members }) => `${t.memberOutcome[outcome]}: ${members}`)
              .join(" · ")}
          </p>
          {required !== null && earned !== null && (
            <>
              <Meter requirement={{ required, earned, outcome: earned === required ? "MET" : "NOT_MET" }} />
              <p class="muted">{t.earnedTogether(t.ofAmount(amount(earned), amount(required), named(required, unit)))}</p>
            </>
          )}
        </li>
      ))}
    </ul>
  );
  return (
    <section class="card" aria-labelledby="programs">
      <h2 id="programs">{t.byProgram}</h2>
      {programs.length === 0 ? <p>{t.byProgramEmpty}</p> : rows(programs.slice(0, programsShown))}
      {programs.length > programsShown && (
        <details>
          <summary>{t.morePrograms(programs.length - programsShown)}</summary>
          {rows(programs.slice(programsShown))}
        </details>
      )}
    </section>
  );
}
