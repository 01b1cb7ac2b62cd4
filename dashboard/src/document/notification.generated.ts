// Made by generate.mjs from src/operation/notification.graphql.
import type { TypedDocumentNode } from "@urql/core";
import type { InboxQuery, InboxQueryVariables, MarkNotificationsReadMutation, MarkNotificationsReadMutationVariables, SendTestNotificationMutation, SendTestNotificationMutationVariables } from "../graph.generated";

export const InboxDocument = "query Inbox($unreadOnly: Boolean!, $after: String) { me { id unreadCount notifications(unreadOnly: $unreadOnly, first: 20, after: $after) { nodes { id kind createdAt readAt items { deadlineId certificationId programName dueOn status title remaining unitName } credits { creditId title completedOn organizationId organizationName event reason } } pageInfo { hasNextPage endCursor } } } }" as unknown as TypedDocumentNode<InboxQuery, InboxQueryVariables>;
export const MarkNotificationsReadDocument = "mutation MarkNotificationsRead($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { unreadCount } }" as unknown as TypedDocumentNode<MarkNotificationsReadMutation, MarkNotificationsReadMutationVariables>;
export const SendTestNotificationDocument = "mutation SendTestNotification($input: SendTestNotificationInput!) { sendTestNotification(input: $input) { notification { id } } }" as unknown as TypedDocumentNode<SendTestNotificationMutation, SendTestNotificationMutationVariables>;
