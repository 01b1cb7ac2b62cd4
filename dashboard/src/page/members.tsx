import { useQuery } from "@urql/preact";
import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { Export } from "../component/export";
import { Form, Input, Select } from "../component/form";
import { useLater } from "../component/later";
import { mayOf, RoleAndGroups } from "../component/organization";
import { OutcomeMark, outcomes } from "../component/outcome";
import { Empty, Loaded, Pages } from "../component/state";
import { type InOrganizationFragment, type MemberOrder, type MemberOutcome, MembersDocument, type MembersQuery, OrganizationSummaryDocument } from "../graph.generated";
import { useViewer } from "../session";
import { useWords } from "../text/text";

type Member = NonNullable<NonNullable<MembersQuery["organization"]>["members"]>["nodes"][number];

/** View is which members are shown, and in which order; "" for what does not matter. The page's address says it. */
export interface View {
  search: string;
  group: string;
  program: string;
  outcome: MemberOutcome | "";
  dueBefore: string;
  order: MemberOrder;
}

const orders: MemberOrder[] = ["NAME", "NEXT_DEADLINE", "RISK"];
const longestSearch = 200;

/** useView is the view that the page's address says. What is no view in it is passed over. */
export function useView(): View {
  const { query } = useLocation();
  const { search = "", group = "", program = "", outcome = "", dueBefore = "", order = "" } = query;
  return {
    search: search.slice(0, longestSearch),
    group,
    program,
    outcome: outcomes.find((one) => one === outcome) ?? "",
    dueBefore: /^\d{4}-\d\d-\d\d$/.test(dueBefore) ? dueBefore : "",
    order: orders.find((one) => one === order) ?? "NAME",
  };
}

/** hrefOf is the end of an address that says a view, from the ? on. */
export function hrefOf({ order, ...filter }: View): string {
  const chosen = Object.entries(order === "NAME" ? filter : { ...filter, order }).filter(([, value]) => value !== "");
  return `?${new URLSearchParams(chosen)}`;
}

/** filterOf is the filter of a view, null for none. */
function filterOf({ order, ...filter }: View) {
  const chosen = Object.entries(filter).filter(([, value]) => value !== "");
  return chosen.length === 0 ? null : Object.fromEntries(chosen);
}

/** listOf is where the view's members are a CSV file. */
const listOf = (organizationId: string, { order, ...filter }: View) => `/organizations/${organizationId}/members.csv?${new URLSearchParams({ ...filter, orderBy: order })}`;

/** Members lists those of an organization that the page's address chooses. */
export function Members({ organization }: { organization: InOrganizationFragment }) {
  const { t } = useWords();
  const view = useView();
  const filter = filterOf(view);
  const { id } = organization;
  return (
    <section aria-labelledby="members">
      <h2 id="members">{t.members}</h2>
      <Filters organization={organization} view={view} />
      <Views organizationId={id} view={view} />
      <Export label={t.membersExport} url={listOf(id, view)} fileName={`${organization.name}.csv`} />
      <Pages
        key={hrefOf(view)}
        page={(after, more) => (
          <Loaded query={MembersDocument} variables={{ id, filter, orderBy: view.order, after }} types={["Member", "Group"]}>
            {({ organization: shown }) => {
              const members = shown?.members;
              if (!members || (members.nodes.length === 0 && after === null)) {
                return (
                  <Empty title={t.membersNone}>
                    <a class="button" href={`/organizations/${id}`}>
                      {t.filterClear}
                    </a>
                  </Empty>
                );
              }
              const alone = !filter && after === null && !members.pageInfo.hasNextPage && members.nodes.every(({ id }) => id === organization.membership.id);
              return (
                <>
                  <Table organizationId={id} members={members.nodes} />
                  {alone && (
                    <Empty title={t.membersNobody}>
                      {mayOf(organization).manages && (
                        <>
                          <p>{t.membersNobodyText}</p>
                          <a class="button primary" href={`/organizations/${id}/invitations`}>
                            {t.invite}
                          </a>
                        </>
                      )}
                    </Empty>
                  )}
                  {more(members.pageInfo)}
                </>
              );
            }}
          </Loaded>
        )}
      />
    </section>
  );
}

// Roles are said, since screens show the table as cards, which then is no table any more.
function Table({ organizationId, members }: { organizationId: string; members: Member[] }) {
  const { t, shortDay } = useWords();
  return (
    <table class="members" role="table">
      <caption class="hidden">{t.members}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {[t.name, t.filterOutcome, t.nextDeadline, `${t.roleLabel}, ${t.groupsLabel.toLocaleLowerCase()}`].map((label) => (
            <th key={label} scope="col" role="columnheader">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {members.map(({ id, name, role, groups, outcome, nextDeadline }) => (
          <tr key={id} role="row">
            <th scope="row" role="rowheader">
              <a href={`/organizations/${organizationId}/members/${id}`}>{name ?? t.nameless}</a>
            </th>
            <td role="cell">
              <OutcomeMark outcome={outcome} />
            </td>
            <td role="cell">
              <span class="on-card" aria-hidden="true">
                {t.nextDeadline}:{" "}
              </span>
              {nextDeadline ? (
                <>
                  <time dateTime={nextDeadline.dueOn}>{shortDay(nextDeadline.dueOn)}</time>
                  <span class="muted">{nextDeadline.title}</span>
                </>
              ) : (
                t.noDeadline
              )}
            </td>
            <td role="cell">
              <RoleAndGroups role={role} groups={groups} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Filters({ organization, view }: { organization: InOrganizationFragment; view: View }) {
  const { t } = useWords();
  const { path, route } = useLocation();
  // The same answer as that of the charts.
  const [{ data }] = useQuery({ query: OrganizationSummaryDocument, variables: { id: organization.id, group: view.group || null } });
  const programs = data?.organization?.summary?.byProgram.map(({ program }) => program) ?? [];
  const { search, order, ...rest } = view;
  const count = Object.values(rest).filter((value) => value !== "").length;
  const [open] = useState(count > 0);
  const change = (part: Partial<View>) => route(path + hrefOf({ ...view, ...part }), true);
  const all = { id: "", name: t.filterAll };
  const known = programs.some(({ id }) => id === view.program) || !view.program ? programs : [...programs, { id: view.program, name: view.program }];
  return (
    <search class="filters">
      <Search value={search} onValue={(search) => change({ search })} />
      <details open={open}>
        <summary>
          {t.filters}
          {count > 0 && `: ${t.filtersOn(count)}`}
        </summary>
        <div class="trio">
          {organization.groups.length > 0 && (
            <Select label={t.filterGroup} value={view.group} onValue={(group) => change({ group })} options={[all, ...organization.groups]} />
          )}
          <Select label={t.filterProgram} value={view.program} onValue={(program) => change({ program })} options={[all, ...known]} />
          <Select
            label={t.filterOutcome}
            value={view.outcome}
            onValue={(outcome) => change({ outcome: outcome as View["outcome"] })}
            options={[all, ...outcomes.map((id) => ({ id, name: t.memberOutcome[id] }))]}
          />
          <Input label={t.filterDue} type="date" optional value={view.dueBefore} onValue={(dueBefore) => change({ dueBefore })} />
          <Select label={t.sortBy} value={order} onValue={(order) => change({ order: order as MemberOrder })} options={orders.map((id) => ({ id, name: t.memberOrder[id] }))} />
        </div>
      </details>
    </search>
  );
}

function Search({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const { t } = useWords();
  const [text, setText] = useState(value);
  const asked = useLater(text.trim(), 250);
  // What was typed goes into the address, and what else comes into the address into the field.
  const known = useRef(value);
  useEffect(() => {
    if (asked !== known.current) {
      known.current = asked;
      onValue(asked);
    }
  }, [asked]);
  useEffect(() => {
    if (value !== known.current) {
      known.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <>
      <label class="hidden" for="search">
        {t.searchMembers}
      </label>
      <input id="search" type="search" placeholder={t.searchMembers} maxLength={longestSearch} value={text} onInput={(event) => setText(event.currentTarget.value)} />
    </>
  );
}

interface SavedView {
  name: string;
  href: string;
}

const mostViews = 20;
const longestName = 60;

/** useViews are the views that the viewer has saved in this browser, and how they are replaced. */
function useViews(organizationId: string): [SavedView[], (views: SavedView[]) => void] {
  const { id } = useViewer();
  const place = `views ${id} ${organizationId}`;
  const [views, setViews] = useState<SavedView[]>(() => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "[]");
      return Array.isArray(kept) ? kept.filter(({ name, href }) => typeof name === "string" && typeof href === "string" && href.startsWith("?")) : [];
    } catch {
      return []; // another program has written there
    }
  });
  return [
    views,
    (views) => {
      setViews(views);
      if (views.length > 0) {
        localStorage.setItem(place, JSON.stringify(views));
      } else {
        localStorage.removeItem(place);
      }
    },
  ];
}

function Views({ organizationId, view }: { organizationId: string; view: View }) {
  const { t } = useWords();
  const [views, setViews] = useViews(organizationId);
  const [name, setName] = useState("");
  const href = hrefOf(view);
  const kept = views.some((one) => one.href === href);
  if (views.length === 0 && href === "?") {
    return null;
  }
  return (
    <div class="views" role="group" aria-label={t.views}>
      {views.length > 0 && (
        <ul class="switch">
          {views.map((one) => (
            <li key={one.name}>
              <a class="button" href={one.href} aria-current={one.href === href ? "true" : undefined}>
                {one.name}
              </a>
              <button type="button" class="quiet" aria-label={`${t.remove}: ${one.name}`} onClick={() => setViews(views.filter(({ name }) => name !== one.name))}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      {href !== "?" && (
        <p>
          <a href={`/organizations/${organizationId}`}>{t.filterClear}</a>
        </p>
      )}
      {href !== "?" && !kept && views.length < mostViews && (
        <details>
          <summary>{t.viewSave}</summary>
          <p class="muted">{t.viewsText}</p>
          <Form
            submit={t.save}
            onSubmit={async () => {
              setViews([...views.filter((one) => one.name !== name.trim()), { name: name.trim(), href }]);
              setName("");
            }}
          >
            <Input label={t.viewName} maxLength={longestName} pattern=".*\S.*" autocomplete="off" value={name} onValue={setName} />
          </Form>
        </details>
      )}
    </div>
  );
}
