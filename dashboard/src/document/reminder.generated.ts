// Made by generate.mjs from src/operation/reminder.graphql.
import type { TypedDocumentNode } from "@urql/core";
import type { CreateCalendarFeedMutation, CreateCalendarFeedMutationVariables, RemindersQuery, RemindersQueryVariables, RevokeCalendarFeedMutation, RevokeCalendarFeedMutationVariables, UpdateReminderPreferencesMutation, UpdateReminderPreferencesMutationVariables } from "../graph.generated";

export const RemindersDocument = "query Reminders { me { id timeZone reminderPreferences { version channels ladder hour quietFrom quietUntil muteUntil muteCredits detail certifications { certificationId channels ladder muteUntil } } calendarFeed { createdAt alarms } } }" as unknown as TypedDocumentNode<RemindersQuery, RemindersQueryVariables>;
export const UpdateReminderPreferencesDocument = "mutation UpdateReminderPreferences($input: UpdateReminderPreferencesInput!) { updateReminderPreferences(input: $input) { reminderPreferences { version } } }" as unknown as TypedDocumentNode<UpdateReminderPreferencesMutation, UpdateReminderPreferencesMutationVariables>;
export const CreateCalendarFeedDocument = "mutation CreateCalendarFeed($input: CreateCalendarFeedInput!) { createCalendarFeed(input: $input) { calendarFeed { url createdAt alarms } } }" as unknown as TypedDocumentNode<CreateCalendarFeedMutation, CreateCalendarFeedMutationVariables>;
export const RevokeCalendarFeedDocument = "mutation RevokeCalendarFeed { revokeCalendarFeed { revoked } }" as unknown as TypedDocumentNode<RevokeCalendarFeedMutation, RevokeCalendarFeedMutationVariables>;
