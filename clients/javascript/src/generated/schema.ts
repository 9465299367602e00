// Generated from openapi.json by npm run docs:openapi.
export interface paths {
    "/v3/types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List volume types
         * @description The types that the caller may use.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`volume_extension:type_get`).
         */
        get: operations["listVolumeTypes"];
        put?: never;
        /**
         * Create a volume type
         * @description Creates a type. Its name must be unique.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:type_create`).
         */
        post: operations["createVolumeType"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/types/default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the default volume type
         * @description The type of volumes that are created without one.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`volume_extension:type_get`).
         */
        get: operations["showDefaultVolumeType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/types/{type_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a volume type
         * @description One type, by its id.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`volume_extension:type_get`).
         */
        get: operations["showVolumeType"];
        /**
         * Change a volume type
         * @description Changes name, description or visibility of the type.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:type_update`).
         */
        put: operations["updateVolumeType"];
        post?: never;
        /**
         * Delete a volume type
         * @description Deletes a type that no volume uses.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:type_delete`).
         */
        delete: operations["deleteVolumeType"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/types/{type_id}/extra_specs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a type's extra specs
         * @description Keys and values that select a backend and enable features.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`volume_extension:types_extra_specs:index`).
         */
        get: operations["listExtraSpecs"];
        put?: never;
        /**
         * Add extra specs to a type
         * @description Adds keys or changes their values. Rejected while volumes use the type.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:types_extra_specs:create`).
         */
        post: operations["createExtraSpecs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/types/{type_id}/extra_specs/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an extra spec of a type
         * @description One key and its value.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType), then [Add extra specs to a type](#/volume%20types/createExtraSpecs).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`volume_extension:types_extra_specs:index`).
         */
        get: operations["showExtraSpec"];
        /**
         * Change an extra spec of a type
         * @description Sets the value of a key; the body must have exactly the key of the path.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType), then [Add extra specs to a type](#/volume%20types/createExtraSpecs).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:types_extra_specs:update`).
         */
        put: operations["updateExtraSpec"];
        post?: never;
        /**
         * Delete an extra spec of a type
         * @description Removes a key. Rejected while volumes use the type.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType), then [Add extra specs to a type](#/volume%20types/createExtraSpecs).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:types_extra_specs:delete`).
         */
        delete: operations["deleteExtraSpec"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/types/{type_id}/encryption": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a type's encryption
         * @description No type encrypts volumes: always an empty object.
         *
         *     **First:** [Create a volume type](#/volume%20types/createVolumeType).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:volume_type_encryption:get`).
         */
        get: operations["showTypeEncryption"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/types/{type_id}/encryption/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one value of a type's encryption
         * @description No type encrypts volumes: always 404.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:volume_type_encryption:get`).
         */
        get: operations["showTypeEncryptionItem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/types/{type_id}/os-volume-type-access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the projects that may use a private type
         * @description Only admins may use private types: always an empty list. A public type has no such list (404).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:volume_type_access:get_all_for_type`).
         */
        get: operations["listTypeAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List messages
         * @description Failures of the project's attachments and volumes, newest first; paged from 3.5.
         *
         *     **Microversion:** 3.3 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`message:get_all`).
         */
        get: operations["listMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/messages/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a message
         * @description One message of the project. There are messages once a backend has failed; until then, 404.
         *
         *     **First:** [List messages](#/deployment/listMessages).
         *
         *     **Microversion:** 3.3 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`message:get`).
         */
        get: operations["showMessage"];
        put?: never;
        post?: never;
        /**
         * Delete a message
         * @description Deletes a message. Messages also expire on their own. There are messages once a backend has failed; until then, 404.
         *
         *     **First:** [List messages](#/deployment/listMessages).
         *
         *     **Microversion:** 3.3 or newer.
         *
         *     **Who may:** members of the project, and admins (`message:delete`).
         */
        delete: operations["deleteMessage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List volumes
         * @description Ids and names of the project's volumes, newest first.
         *
         *     **Microversion:** 3.0 or newer; 3.45 adds `count`.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get`).
         */
        get: operations["listVolumes"];
        put?: never;
        /**
         * Create a volume
         * @description Creates an empty volume on the backend that its type selects. The response does not wait for it: the volume is `creating`, then `available` or `error`. Volumes cannot be created from snapshots, other volumes, images or backups, and there are no groups.
         *
         *     **Microversion:** 3.0 or newer; 3.13 adds `group_id`; 3.21 adds `provider_id`; 3.47 adds `backup_id`; 3.48 adds `shared_targets`, `service_uuid`; 3.61 adds `cluster_name`; 3.63 adds `volume_type_id`; 3.64 adds `encryption_key_id`; 3.65 adds `consumes_quota`.
         *
         *     **Who may:** members of the project, and admins (`volume:create`).
         */
        post: operations["createVolume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List volumes with details
         * @description Like the plain list, with all properties of the volumes.
         *
         *     **Microversion:** 3.0 or newer; 3.13 adds `group_id`; 3.21 adds `provider_id`; 3.45 adds `count`; 3.48 adds `shared_targets`, `service_uuid`; 3.61 adds `cluster_name`; 3.63 adds `volume_type_id`; 3.64 adds `encryption_key_id`; 3.65 adds `consumes_quota`.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get`).
         */
        get: operations["listVolumesDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Summarize volumes
         * @description Number and size of the project's volumes, and the values of their metadata.
         *
         *     **Microversion:** 3.12 or newer; 3.36 adds `metadata`, `metadata_truncated`.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get`).
         */
        get: operations["summarizeVolumes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes/{volume_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a volume
         * @description One volume of the project, with the attachments that their hosts have confirmed.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer; 3.13 adds `group_id`; 3.21 adds `provider_id`; 3.48 adds `shared_targets`, `service_uuid`; 3.61 adds `cluster_name`; 3.63 adds `volume_type_id`; 3.64 adds `encryption_key_id`; 3.65 adds `consumes_quota`.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get`).
         */
        get: operations["showVolume"];
        /**
         * Change a volume
         * @description Changes name and description and replaces the metadata.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer; 3.13 adds `group_id`; 3.21 adds `provider_id`; 3.48 adds `shared_targets`, `service_uuid`; 3.61 adds `cluster_name`; 3.63 adds `volume_type_id`; 3.64 adds `encryption_key_id`; 3.65 adds `consumes_quota`.
         *
         *     **Who may:** members of the project, and admins (`volume:update`).
         */
        put: operations["updateVolume"];
        post?: never;
        /**
         * Delete a volume
         * @description Starts to delete the volume. If that fails, it becomes `error_deleting` and can be deleted again.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:delete`).
         */
        delete: operations["deleteVolume"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes/{volume_id}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a volume's metadata
         * @description The response has an ETag for conditional changes.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_volume_metadata`).
         */
        get: operations["listVolumeMetadata"];
        /**
         * Replace a volume's metadata
         * @description Sets the given entries and removes the others. With If-Match, 412 if the metadata has changed.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:update_volume_metadata`).
         */
        put: operations["replaceVolumeMetadata"];
        /**
         * Add metadata to a volume
         * @description Sets the given entries and keeps the others.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:update_volume_metadata`).
         */
        post: operations["mergeVolumeMetadata"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes/{volume_id}/metadata/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a metadata entry
         * @description The value of one key.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_volume_metadata`).
         */
        get: operations["showVolumeMetadataEntry"];
        /**
         * Set a metadata entry
         * @description Adds or changes one entry. With If-Match, 412 if the metadata has changed.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:update_volume_metadata`).
         */
        put: operations["setVolumeMetadataEntry"];
        post?: never;
        /**
         * Remove a metadata entry
         * @description Removes one entry.
         *
         *     **First:** [Create a volume](#/volumes/createVolume), then [Set a metadata entry](#/volumes/setVolumeMetadataEntry).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:delete_volume_metadata`).
         */
        delete: operations["removeVolumeMetadataEntry"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes/{volume_id}/encryption": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a volume's encryption
         * @description The key of an encrypted volume.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get`).
         */
        get: operations["showVolumeEncryption"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes/{volume_id}/encryption/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one item of a volume's encryption
         * @description The only item is `encryption_key_id`.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get`).
         */
        get: operations["showVolumeEncryptionItem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List attachments
         * @description The project's attachments in every state, newest first. From 3.31, unknown filters are rejected for callers who are not admins.
         *
         *     **Microversion:** 3.27 or newer.
         *
         *     **Who may:** every role (`volume:attachment_show`).
         */
        get: operations["listAttachments"];
        put?: never;
        /**
         * Create an attachment
         * @description Reserves a volume. With a connector, the same request also exports the volume to that host; if that fails, nothing is left behind. The id in the response is the *attachment* id; volumes list it as `attachment_id`.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.27 or newer; 3.54 adds `mode`.
         *
         *     **Who may:** members of the project, and admins (`volume:attachment_create`).
         */
        post: operations["createAttachment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/attachments/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List attachments with details
         * @description Like the plain list, with times, mode and connection_info.
         *
         *     **Microversion:** 3.27 or newer.
         *
         *     **Who may:** every role (`volume:attachment_show`).
         */
        get: operations["listAttachmentsDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/attachments/{attachment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an attachment
         * @description One attachment of the project, with everything that a host needs to connect.
         *
         *     **First:** [Create a volume](#/volumes/createVolume), then [Create an attachment](#/attachments/createAttachment).
         *
         *     **Microversion:** 3.27 or newer.
         *
         *     **Who may:** every role (`volume:attachment_show`).
         */
        get: operations["showAttachment"];
        /**
         * Connect an attachment
         * @description Exports the volume to the host that the connector describes and returns connection_info. May be repeated. If it fails, a reserved attachment becomes error_attaching; update it again or delete it.
         *
         *     **First:** [Create a volume](#/volumes/createVolume), then [Create an attachment](#/attachments/createAttachment).
         *
         *     **Microversion:** 3.27 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:attachment_update`).
         */
        put: operations["updateAttachment"];
        post?: never;
        /**
         * Delete an attachment
         * @description Ends the host's access and removes the attachment, in any state. The volume becomes available when its last attachment is removed. If the backend refuses, nothing changes and the message says why.
         *
         *     **First:** [Create a volume](#/volumes/createVolume), then [Create an attachment](#/attachments/createAttachment).
         *
         *     **Microversion:** 3.27 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:attachment_delete`).
         */
        delete: operations["deleteAttachment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/attachments/{attachment_id}/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete an attachment
         * @description Confirms that the host is connected: the attachment becomes attached and the volume in-use. The value of os-complete is ignored; clients send null, {} or strings.
         *
         *     **First:** [Create a volume](#/volumes/createVolume), then [Create an attachment](#/attachments/createAttachment), then [Connect an attachment](#/attachments/updateAttachment).
         *
         *     **Microversion:** 3.44 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:attachment_complete`).
         */
        post: operations["completeAttachment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/attachments/{attachment_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an attachment's history
         * @description The attachment's current conditions with their reasons, and its events, newest first: user, time, request, time taken by the backend, and the reason of a failure. Not part of Cinder's API. The history of a deleted attachment is kept for `history_retention_days`.
         *
         *     **First:** [Create a volume](#/volumes/createVolume), then [Create an attachment](#/attachments/createAttachment).
         *
         *     **Microversion:** 3.27 or newer.
         *
         *     **Who may:** every role (`volume:attachment_history`).
         */
        get: operations["showAttachmentHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volumes/{volume_id}/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a volume action
         * @description The only key of the body names the action. Nova uses these calls to mark volumes, and older clients to attach them; newer clients create attachments.
         *
         *     **First:** [Create a volume](#/volumes/createVolume).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** members of the project, and admins: `os-set_bootable` (`volume:update`), `os-reserve` (`volume_extension:volume_actions:reserve`), `os-unreserve` (`volume_extension:volume_actions:unreserve`), `os-begin_detaching` (`volume_extension:volume_actions:begin_detaching`), `os-roll_detaching` (`volume_extension:volume_actions:roll_detaching`), `os-initialize_connection` (`volume_extension:volume_actions:initialize_connection`), `os-terminate_connection` (`volume_extension:volume_actions:terminate_connection`), `os-attach` (`volume_extension:volume_actions:attach`), `os-detach` (`volume_extension:volume_actions:detach`), `os-extend` (`volume:extend`), `os-update_readonly_flag` (`volume:update_readonly_flag`). admins: `os-force_detach` (`volume_extension:volume_admin_actions:force_detach`), `os-force_delete` (`volume_extension:volume_admin_actions:force_delete`), `os-reset_status` (`volume_extension:volume_admin_actions:reset_status`). readers and members of the project, and admins: `os-show_image_metadata` (`volume:get_volume_metadata`).
         */
        post: operations["volumeAction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List snapshots
         * @description Not supported: an empty list for every valid query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_all_snapshots`).
         */
        get: operations["listSnapshots"];
        put?: never;
        /**
         * Create a snapshot
         * @description Not supported: always 400.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** members of the project, and admins (`volume:create_snapshot`).
         */
        post: operations["createSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/snapshots/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List snapshots with details
         * @description Not supported: an empty list for every valid query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_all_snapshots`).
         */
        get: operations["listSnapshotsDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/snapshots/{snapshot_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a snapshot
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_snapshot`).
         */
        get: operations["showSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List backups
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`backup:get_all`).
         */
        get: operations["listBackups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/backups/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List backups with details
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`backup:get_all`).
         */
        get: operations["listBackupsDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/backups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a backup
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`backup:get`).
         */
        get: operations["showBackup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-volume-transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transfers of volumes
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_all_transfers`).
         */
        get: operations["listOldTransfers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-volume-transfer/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transfers of volumes with details
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_all_transfers`).
         */
        get: operations["listOldTransfersDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-volume-transfer/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a transfer of a volume
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_transfer`).
         */
        get: operations["showOldTransfer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volume-transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transfers of volumes
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.55 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_all_transfers`).
         */
        get: operations["listTransfers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volume-transfers/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transfers of volumes with details
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.55 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_all_transfers`).
         */
        get: operations["listTransfersDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/volume-transfers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a transfer of a volume
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.55 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume:get_transfer`).
         */
        get: operations["showTransfer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/group_types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List group types
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.11 or newer.
         *
         *     **Who may:** every role (`deployment:get`).
         */
        get: operations["listGroupTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/group_types/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a group type
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.11 or newer.
         *
         *     **Who may:** every role (`deployment:get`).
         */
        get: operations["showGroupType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List groups of volumes
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.13 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_all`).
         */
        get: operations["listGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/groups/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List groups of volumes with details
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.13 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_all`).
         */
        get: operations["listGroupsDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a group of volumes
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.13 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get`).
         */
        get: operations["showGroup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/group_snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List snapshots of groups
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.14 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_all_group_snapshots`).
         */
        get: operations["listGroupSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/group_snapshots/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List snapshots of groups with details
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.14 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_all_group_snapshots`).
         */
        get: operations["listGroupSnapshotsDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/group_snapshots/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a snapshot of a group
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.14 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_group_snapshot`).
         */
        get: operations["showGroupSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/consistencygroups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List consistency groups
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_all`).
         */
        get: operations["listConsistencyGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/consistencygroups/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List consistency groups with details
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_all`).
         */
        get: operations["listConsistencyGroupsDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/consistencygroups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a consistency group
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get`).
         */
        get: operations["showConsistencyGroup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/cgsnapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List snapshots of consistency groups
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_all_group_snapshots`).
         */
        get: operations["listConsistencyGroupSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/cgsnapshots/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List snapshots of consistency groups with details
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_all_group_snapshots`).
         */
        get: operations["listConsistencyGroupSnapshotsDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/cgsnapshots/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a snapshot of a consistency group
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`group:get_group_snapshot`).
         */
        get: operations["showConsistencyGroupSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/qos-specs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List QoS specs
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:qos_specs_manage:get_all`).
         */
        get: operations["listQosSpecs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/qos-specs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a QoS spec
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:qos_specs_manage:get`).
         */
        get: operations["showQosSpec"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/default-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List default volume types of projects
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.62 or newer.
         *
         *     **Who may:** admins (`volume_extension:default_get_all`).
         */
        get: operations["listProjectDefaultTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/default-types/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a default volume type of a project
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.62 or newer.
         *
         *     **Who may:** admins (`volume_extension:default_get`).
         */
        get: operations["showProjectDefaultType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List clusters of services
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.7 or newer.
         *
         *     **Who may:** admins (`clusters:get_all`).
         */
        get: operations["listClusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List clusters of services with details
         * @description Not supported: always an empty list, whatever the query.
         *
         *     **Microversion:** 3.7 or newer.
         *
         *     **Who may:** admins (`clusters:get_all`).
         */
        get: operations["listClustersDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a cluster of services
         * @description Not supported: always 404.
         *
         *     **Microversion:** 3.7 or newer.
         *
         *     **Who may:** admins (`clusters:get`).
         */
        get: operations["showCluster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clinker-consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List inconsistencies
         * @description Checks the database for inconsistencies and compares it with every backend: all connected volumes and all exports, each under its lock. With `nova_endpoint`, the first response also compares the attachments of servers with those that Nova knows. Changes nothing. A response covers part of the volumes: it is sent after a few seconds, or when there are many findings. Not part of Cinder.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`clinker:consistency:examine`).
         */
        get: operations["examineConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clinker-consistency/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Repair inconsistencies
         * @description The action `repair` finishes open work, restores missing exports, removes exports and access that no attachment justifies, removes attachments that Nova does not use according to this and an earlier check, and corrects the status of volumes. It never deletes a volume. A response covers part of the volumes, as in a check. Not part of Cinder.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`clinker:consistency:repair`).
         */
        post: operations["repairConsistency"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show limits
         * @description The project's usage and limits; -1 is unlimited. Snapshots and backups are not supported, so their limits are 0.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`limits_extension:used_limits`).
         */
        get: operations["showLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-quota-sets/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the quotas of a project
         * @description The project's limits; -1 is unlimited. Snapshots, backups and groups are not supported, so their limits are 0. Other projects: admins only.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume_extension:quotas:show`).
         */
        get: operations["showQuotaSet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-quota-sets/{project_id}/defaults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the default quotas of projects
         * @description Set in the configuration, the same for all projects. Other projects: admins only.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** readers and members of the project, and admins (`volume_extension:quotas:show`).
         */
        get: operations["showDefaultQuotas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-quota-class-sets/{class_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the quotas of a class
         * @description Set in the configuration, the same for all classes.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:quota_classes:get`).
         */
        get: operations["showQuotaClass"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/extensions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List extensions
         * @description Former extensions of the API that this server supports.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`deployment:get`).
         */
        get: operations["listExtensions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/extensions/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an extension
         * @description One extension, by its alias.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`deployment:get`).
         */
        get: operations["showExtension"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-availability-zone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List availability zones
         * @description The zones of the backends; one is available while a backend of it is enabled.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`deployment:get`).
         */
        get: operations["listAvailabilityZones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/resource_filters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List resource filters
         * @description The filters that lists accept from callers who are not admins.
         *
         *     **Microversion:** 3.33 or newer.
         *
         *     **Who may:** every role (`deployment:get`).
         */
        get: operations["listResourceFilters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List services
         * @description One cinder-volume service for each backend.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:services:index`).
         */
        get: operations["listServices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/os-services/{action}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Enable or disable a service
         * @description A backend whose service is disabled gets no new volumes from then on. Its volumes, and their attachments, are not affected. `action` is `enable`, `disable`, or `disable-log-reason`, which keeps a reason.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:services:update`).
         */
        put: operations["changeService"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clinker-hosts/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cut off a host
         * @description The action `fence` ends all access of a dead host: the connections whose connector has exactly this `host`. The driver of each volume confirms it; volumes whose driver does not are named. Attachments stay, `reserved` without a connection, so that their servers keep the volumes. Other hosts keep their access. Idempotent. A response covers part of the volumes: it is sent after a few seconds. Not part of Cinder.
         *
         *     **Microversion:** 3.27 or newer.
         *
         *     **Who may:** admins (`clinker:hosts:fence`).
         */
        post: operations["fenceHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/scheduler-stats/get_pools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List pools
         * @description The pools; each backend has exactly one. From 3.28 to 3.30 any other parameter filters by a capability of that name; from 3.31 it is rejected.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`scheduler_extension:scheduler_stats:get_pools`).
         */
        get: operations["listPools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/capabilities/{host}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the capabilities of a backend
         * @description The backend is named by its host, `clinker@<backend>`.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`volume_extension:capabilities`).
         */
        get: operations["showCapabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read events as they happen
         * @description Server-sent events: each committed change of the project's attachments, in its order for each volume. The response does not end by itself within `event_stream_s`. A client that reconnects with `Last-Event-ID` misses nothing; an event that it got twice has the same id. The event `gap` says that events before it are missing: they have expired, or the id is one of another database. Not part of Cinder's API. Read it with `curl -N` or an EventSource: this page would show it only once it has ended.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** every role (`clinker:events:list`).
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clinker-dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events that receivers did not take
         * @description Events that were given up: a webhook refused them, or did not take them within `webhook_retry_s`. The newest 1000 of each receiver, for `history_retention_days`. Not part of Cinder.
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`clinker:dead_letters:list`).
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clinker-dead-letters/{dead_letter_id}/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event again
         * @description The action `retry` sends the event once, out of turn, and waits for the answer of the receiver. Not part of Cinder. There are dead letters once a webhook has refused an event; until then, 404.
         *
         *     **First:** [List events that receivers did not take](#/operators/listDeadLetters).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`clinker:dead_letters:retry`).
         */
        post: operations["retryDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clinker-dead-letters/{dead_letter_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Dismiss a dead letter
         * @description Forgets that a receiver did not take an event. Its history stays. Not part of Cinder. There are dead letters once a webhook has refused an event; until then, 404.
         *
         *     **First:** [List events that receivers did not take](#/operators/listDeadLetters).
         *
         *     **Microversion:** 3.0 or newer.
         *
         *     **Who may:** admins (`clinker:dead_letters:dismiss`).
         */
        delete: operations["dismissDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ExtraSpecs
         * @description Requirements of the type: volume_backend_name selects the backend, multiattach `<is> True` lets several hosts attach a volume. Callers who are not admins see only the keys meant for users.
         */
        ExtraSpecs: {
            [key: string]: string | null;
        };
        /**
         * VolumeType
         * @description A volume type: selects the backend of its volumes, and what they can do.
         */
        VolumeType: {
            /** @description The type's id, a UUID. */
            id: string;
            /** @description Its unique name. */
            name: string;
            /** @description Whether callers who are not admins can see and use it. */
            is_public: boolean;
            /** @description Its purpose; null if none was given. */
            description: string | null;
            extra_specs?: components["schemas"]["ExtraSpecs"];
            /** @description Admins only; always null. */
            qos_specs_id?: string | null;
            /** @description The same as is_public. */
            "os-volume-type-access:is_public"?: boolean;
        };
        /** VolumeTypeList */
        VolumeTypeList: {
            /** @description The rows of the page. */
            volume_types: components["schemas"]["VolumeType"][];
            /** @description Link to the next page if this one is full. */
            volume_type_links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "next";
                /** @description The address. */
                href?: string;
            }[];
        };
        /**
         * Message
         * @description Why an operation on a volume or attachment failed.
         */
        Message: {
            /** @description The message's id. */
            id?: string;
            /** @description Machine-readable cause: VOLUME_VOLUME_<action>_<detail>. */
            event_id?: string;
            /** @description Human-readable cause. */
            user_message?: string;
            /** @description Always ERROR. */
            message_level?: string;
            /** @description Always VOLUME. */
            resource_type?: string;
            /** @description The volume's id. */
            resource_uuid?: string;
            /** @description Id of the request that failed. */
            request_id?: string;
            /** @description Time of the failure, UTC. */
            created_at?: string;
            /** @description Time when the message expires, UTC. */
            guaranteed_until?: string;
            /** @description Addresses of the message. */
            links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "self" | "bookmark";
                /** @description The address. */
                href?: string;
            }[];
        };
        /** MessageList */
        MessageList: {
            /** @description The rows of the page. */
            messages: components["schemas"]["Message"][];
            /** @description Link to the next page if this one is full. */
            messages_links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "next";
                /** @description The address. */
                href?: string;
            }[];
        };
        /**
         * VolumeSummary
         * @description A volume in a plain list.
         */
        VolumeSummary: {
            /** @description The volume's id, a UUID. */
            id: string;
            /** @description Its name; need not be unique. */
            name: string | null;
            /** @description Addresses of the volume. */
            links: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "self" | "bookmark";
                /** @description The address. */
                href?: string;
            }[];
        };
        /** VolumeSummaryList */
        VolumeSummaryList: {
            /** @description The rows of the page. */
            volumes: components["schemas"]["VolumeSummary"][];
            /** @description Link to the next page if this one is full. */
            volumes_links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "next";
                /** @description The address. */
                href?: string;
            }[];
            /** @description Number of all matches; only with with_count. */
            count?: number;
        };
        /**
         * VolumeAttachment
         * @description An attachment as its volume lists it.
         */
        VolumeAttachment: {
            /** @description The volume's id. */
            id?: string;
            /** @description The attachment's id, a UUID. */
            attachment_id?: string;
            /** @description The volume's id, again. */
            volume_id?: string;
            /** @description Id of the server that the volume is attached to; null if there is none. */
            server_id?: string | null;
            /** @description Name of the host. Shown only to admins and services. */
            host_name?: string | null;
            /** @description Device name on the server, for example `/dev/vdb`; null while it is unknown. */
            device?: string | null;
            /** @description When the host was connected: UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`. */
            attached_at?: string | null;
        };
        /**
         * Volume
         * @description A volume. Keys that only admins see are absent for others.
         */
        Volume: {
            /** @description The volume's id, a UUID. */
            id: string;
            /** @description State of the volume: `creating`, `available`, `reserved`, `attaching`, `in-use`, `detaching`, `extending`, `deleting`, `error`, `error_deleting`… */
            status: string;
            /** @description Size in GiB (2^30 bytes). */
            size: number;
            /** @description The zone of the server. */
            availability_zone?: string;
            /** @description When it was created: UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`. */
            created_at?: string;
            /** @description When it was changed last: UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`; null if never. */
            updated_at?: string | null;
            /** @description Its name; need not be unique. */
            name: string | null;
            /** @description Its purpose; null if none was given. */
            description?: string | null;
            /** @description The type's name. */
            volume_type: string | null;
            /** @description Own keys and values. */
            metadata: {
                [key: string]: string;
            };
            /** @description Always null: there are no snapshots. */
            snapshot_id?: null;
            /** @description Always null: volumes are not cloned. */
            source_volid?: null;
            /** @description Always null: volumes are not replicated. */
            replication_status?: null;
            /** @description Always null: there are no groups. */
            consistencygroup_id?: null;
            /** @description Id of the user who created it. */
            user_id?: string;
            /** @description Admins only: null unless it was set by os-reset_status. */
            migration_status?: string | null;
            /**
             * @description Whether servers can boot from it, as a text.
             * @enum {string}
             */
            bootable?: "true" | "false";
            /** @description Whether its data is encrypted. */
            encrypted?: boolean;
            /** @description Whether several hosts may use it at once. */
            multiattach: boolean;
            /** @description Only attachments that their hosts have confirmed. */
            attachments: components["schemas"]["VolumeAttachment"][];
            /** @description Addresses of the volume. */
            links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "self" | "bookmark";
                /** @description The address. */
                href?: string;
            }[];
            /** @description Id of its project. In show and list only. */
            "os-vol-tenant-attr:tenant_id"?: string;
            /** @description Admins only, in show and list: `clinker@<backend>#<backend>`. */
            "os-vol-host-attr:host"?: string;
            /** @description Admins only, in show and list: the same as migration_status. */
            "os-vol-mig-status-attr:migstat"?: string | null;
            /** @description Always null: volumes do not migrate. */
            "os-vol-mig-status-attr:name_id"?: null;
            /** @description Always null: there are no groups. */
            group_id?: null;
            /** @description Always null: drivers identify volumes by their ids. */
            provider_id?: null;
            /** @description Whether its target may serve other volumes, so that the host must not log out carelessly. */
            shared_targets?: boolean;
            /** @description Id of its backend's service; null while it has none. */
            service_uuid?: string | null;
            /** @description Always null: there are no clusters. */
            cluster_name?: null;
            /** @description Id of its key. Only if the volume has one. */
            encryption_key_id?: string;
            /** @description The type's id. */
            volume_type_id?: string | null;
            /** @description Whether it counts against the quota. */
            consumes_quota?: boolean;
        };
        /** VolumeList */
        VolumeList: {
            /** @description The rows of the page. */
            volumes: components["schemas"]["Volume"][];
            /** @description Link to the next page if this one is full. */
            volumes_links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "next";
                /** @description The address. */
                href?: string;
            }[];
            /** @description Number of all matches; only with with_count. */
            count?: number;
        };
        /**
         * Metadata
         * @description The volume's owner's own keys and values.
         */
        Metadata: {
            [key: string]: string;
        };
        /**
         * MetadataEntry
         * @description The one key and its value.
         */
        MetadataEntry: {
            [key: string]: string;
        };
        /**
         * AttachmentSummary
         * @description An attachment in a plain list.
         */
        AttachmentSummary: {
            /** @description The attachment's id, a UUID. */
            id: string;
            /**
             * @description `reserved`: holds the volume, not connected yet. `attaching`: exported; the host is connecting. `attached`: the host has confirmed the connection. `detaching`: being detached. `error_attaching`: the last update failed; update again or delete. `error_detaching`: os-detach failed and the host may still be connected; detach or delete again.
             * @enum {string}
             */
            status: "reserved" | "attaching" | "attached" | "detaching" | "error_attaching" | "error_detaching";
            /** @description Id of the server that the volume is attached to; null if there is none. */
            instance: string | null;
            /** @description The volume's id, a UUID. */
            volume_id: string;
        };
        /** AttachmentSummaryList */
        AttachmentSummaryList: {
            /** @description The rows of the page. */
            attachments: components["schemas"]["AttachmentSummary"][];
            /** @description Link to the next page if this one is full. */
            attachments_links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "next";
                /** @description The address. */
                href?: string;
            }[];
            /** @description The same link, for other clients. */
            links?: {
                /** @description The address. */
                next?: string;
            };
            /** @description The same link as a string. */
            next?: string;
        };
        /**
         * Connector
         * @description Properties of the host, as os-brick's `get_connector_properties` collects them. iSCSI needs `initiator`; NFS needs `ip`. Other keys are accepted and ignored.
         */
        Connector: {
            /** @description Name of the host, at most 255 characters. Attachments are listed and compared by it. */
            host?: string;
            /** @description iSCSI: qualified name of the host's initiator, for example `iqn.1994-05.com.example:node-1`. */
            initiator?: string;
            /** @description NFS: the host's address for storage traffic, to which a share is exported. */
            ip?: string;
            /** @description iSCSI: true if the host wants every portal of the target. */
            multipath?: boolean | string;
            /** @description Returned in connection_info: the host must fail if it has no multipath. */
            enforce_multipath?: boolean;
            /**
             * @description Read-write or read-only; rw by default.
             * @enum {string}
             */
            mode?: "rw" | "ro";
            /** @description Device name on the server, for example `/dev/vdb`; volumes show it as `device`. */
            mountpoint?: string;
            /** @description The host's processor, for example `x86_64`. */
            platform?: string;
            /** @description The host's operating system, for example `linux`. */
            os_type?: string;
            /** @description Fibre Channel: ports; for drivers of your own. */
            wwpns?: string[];
            /** @description NVMe: qualified name of the host; for drivers of your own. */
            nqn?: string;
            /** @description UUID of the host. */
            system_uuid?: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * IscsiConnectionInfo
         * @description How a host logs in to an iSCSI target.
         */
        IscsiConnectionInfo: {
            /**
             * @description os-brick's protocol.
             * @constant
             */
            driver_volume_type: "iscsi";
            /** @description Address of the target, `ip:port`. */
            target_portal?: string;
            /** @description Qualified name of the target. */
            target_iqn?: string;
            /** @description Number of the logical unit. */
            target_lun?: number;
            /** @description With multipath: every address. */
            target_portals?: string[];
            /** @description With multipath: the target of each address. */
            target_iqns?: string[];
            /** @description With multipath: the logical unit of each address. */
            target_luns?: number[];
            /** @description Always false: the host needs no discovery. */
            target_discovered?: boolean;
            /**
             * @description How the host logs in.
             * @constant
             */
            auth_method?: "CHAP";
            /** @description Name of the CHAP login. Hidden from callers with only the reader role. */
            auth_username?: string;
            /** @description Secret of the CHAP login. Hidden from callers with only the reader role. */
            auth_password?: string;
            /** @description The volume's id. */
            volume_id?: string;
            /** @description World-wide name of the device, by which the host recognises it. */
            wwn?: string;
            /** @description Whether the host may discard blocks. */
            discard?: boolean;
            /** @description The attachment's id. */
            attachment_id?: string;
            /**
             * @description What the host may do: read-write or read-only.
             * @enum {string}
             */
            access_mode?: "rw" | "ro";
            /** @description Whether the data is encrypted. */
            encrypted?: boolean;
            /** @description Whether the host may cache writes. */
            cacheable?: boolean;
            /** @description Always null: there are no QoS specs. */
            qos_specs?: Record<string, never> | null;
            /** @description As in the connector; false by default. */
            enforce_multipath?: unknown;
        } & {
            [key: string]: unknown;
        };
        /**
         * NfsConnectionInfo
         * @description How a host mounts a share and finds the file of the volume.
         */
        NfsConnectionInfo: {
            /**
             * @description os-brick's protocol.
             * @constant
             */
            driver_volume_type: "nfs";
            /** @description The share, `server:/path`. */
            export?: string;
            /** @description Name of the file on the share. */
            name?: string;
            /** @description Options for mount, beginning with `-o`; null for none. */
            options?: string | null;
            /**
             * @description Format of the file.
             * @enum {string}
             */
            format?: "raw" | "qcow2";
            /** @description Folder under which the host mounts shares. */
            mount_point_base?: string;
            /** @description The attachment's id. */
            attachment_id?: string;
            /**
             * @description What the host may do: read-write or read-only.
             * @enum {string}
             */
            access_mode?: "rw" | "ro";
            /** @description Whether the data is encrypted. */
            encrypted?: boolean;
            /** @description Whether the host may cache writes. */
            cacheable?: boolean;
            /** @description Always null: there are no QoS specs. */
            qos_specs?: Record<string, never> | null;
            /** @description As in the connector; false by default. */
            enforce_multipath?: unknown;
        } & {
            [key: string]: unknown;
        };
        /**
         * OtherConnectionInfo
         * @description The data of another driver; without keys while the attachment is reserved.
         */
        OtherConnectionInfo: {
            /** @description os-brick's protocol, for example `rbd`. */
            driver_volume_type?: string;
            /** @description The attachment's id. */
            attachment_id?: string;
            /**
             * @description What the host may do: read-write or read-only.
             * @enum {string}
             */
            access_mode?: "rw" | "ro";
            /** @description Whether the data is encrypted. */
            encrypted?: boolean;
            /** @description Whether the host may cache writes. */
            cacheable?: boolean;
            /** @description Always null: there are no QoS specs. */
            qos_specs?: Record<string, never> | null;
            /** @description As in the connector; false by default. */
            enforce_multipath?: unknown;
        } & {
            [key: string]: unknown;
        };
        /**
         * Attachment
         * @description The binding of a volume to a server's host.
         */
        Attachment: {
            /** @description The attachment's id, a UUID. */
            id: string;
            /**
             * @description `reserved`: holds the volume, not connected yet. `attaching`: exported; the host is connecting. `attached`: the host has confirmed the connection. `detaching`: being detached. `error_attaching`: the last update failed; update again or delete. `error_detaching`: os-detach failed and the host may still be connected; detach or delete again.
             * @enum {string}
             */
            status: "reserved" | "attaching" | "attached" | "detaching" | "error_attaching" | "error_detaching";
            /** @description Id of the server that the volume is attached to; null if there is none. */
            instance: string | null;
            /** @description The volume's id, a UUID. */
            volume_id: string;
            /** @description When the host was connected: UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`; the empty string if it has not happened. */
            attached_at: string;
            /** @description Always empty: a detached attachment is no longer visible. */
            detached_at: string;
            /** @description `rw` or `ro`; the string `null` while it is unknown. */
            attach_mode: string | null;
            /** @description What os-brick on the host needs to connect: the driver's data, flat, with driver_volume_type, access_mode and attachment_id. Empty while reserved. Contains credentials, which are hidden from callers with only the reader role. */
            connection_info: components["schemas"]["IscsiConnectionInfo"] | components["schemas"]["NfsConnectionInfo"] | components["schemas"]["OtherConnectionInfo"] | null;
        };
        /** AttachmentList */
        AttachmentList: {
            /** @description The rows of the page. */
            attachments: components["schemas"]["Attachment"][];
            /** @description Link to the next page if this one is full. */
            attachments_links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "next";
                /** @description The address. */
                href?: string;
            }[];
            /** @description The same link, for other clients. */
            links?: {
                /** @description The address. */
                next?: string;
            };
            /** @description The same link as a string. */
            next?: string;
        };
        /**
         * AttachmentCondition
         * @description Something that holds of the attachment now, or does not.
         */
        AttachmentCondition: {
            /**
             * @description What may hold.
             * @enum {string}
             */
            type: "Reserved" | "Connected" | "Attached" | "Detaching";
            /** @description Whether the condition holds. */
            status: boolean;
            /** @description Machine-readable reason in one word, for example ConnectFailed. */
            reason: string;
            /** @description The error behind the reason, without secrets. */
            message: string | null;
            /** @description When the condition last changed, UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`; null if that was before history was recorded. */
            since: string | null;
        };
        /**
         * AttachmentEvent
         * @description A step in the life of the attachment.
         */
        AttachmentEvent: {
            /** @description Number of the event within the attachment, from 1. */
            id?: number;
            /**
             * @description What happened.
             * @enum {string}
             */
            event?: "reserved" | "connecting" | "connected" | "connect-failed" | "completed" | "detaching" | "detach-failed" | "fenced" | "deleted" | "export-restored";
            /** @description Status before; null for a new attachment. */
            from?: string | null;
            /** @description Status after; `deleted` if the attachment was removed. */
            to?: string;
            /** @description Time of the event, UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`. */
            at?: string;
            /** @description User who caused it; null if the server did it on its own, for example after a crash. */
            user_id?: string | null;
            /** @description The project of that user's token. */
            project_id?: string | null;
            /** @description Id of the request that caused it, as in its response and in the log. */
            request_id?: string;
            /** @description Time that the backend took, in milliseconds. */
            duration_ms?: number | null;
            /** @description Reason of a failure, without secrets. */
            reason?: string | null;
        };
        /**
         * AttachmentHistory
         * @description Conditions and events of an attachment.
         */
        AttachmentHistory: {
            /** @description The attachment's id. */
            attachment_id: string;
            /** @description The volume's id. */
            volume_id: string;
            /** @description The attachment's status; `deleted` if it was removed. */
            status: string;
            /** @description The four conditions. */
            conditions: components["schemas"]["AttachmentCondition"][];
            /** @description A page of events, newest first. */
            events: components["schemas"]["AttachmentEvent"][];
            /** @description Link to the next page if this one is full. */
            events_links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "next";
                /** @description The address. */
                href?: string;
            }[];
        };
        /**
         * NestedConnectionInfo
         * @description What a host needs to connect, with the data of the driver under its own key.
         */
        NestedConnectionInfo: {
            /** @description os-brick's protocol, for example iscsi. */
            driver_volume_type: string;
            /** @description The data of the driver; contains credentials. */
            data: Record<string, never>;
            /** @description As in the connector, default false. Also in data. */
            enforce_multipath: unknown;
        } & {
            [key: string]: unknown;
        };
        /**
         * Finding
         * @description An inconsistency.
         */
        Finding: {
            /**
             * @description `open-work`: unfinished work. `missing-export`: a volume is connected according to the database, but its backend does not export it to all its hosts. `orphan-export`: a volume is exported although it has no connection. `unjustified-access`: a host has access to a volume without a connection. `unknown-export`: a volume is exported that is not in the database, or is on another backend there. `unknown-backend`: a volume is on a backend that is not configured. `lost-volume`: a volume with attachments or connections does not exist on its backend. `wrong-status`: a volume's status does not match its attachments. `missing-attachment`: according to Nova, a server uses a volume through an attachment that does not exist. `unused-attachment`: according to Nova, the server of an attachment does not use it. `stuck-status`: a volume is being created, deleted or extended, but no work for it is recorded.
             * @enum {string}
             */
            kind: "open-work" | "missing-export" | "orphan-export" | "unjustified-access" | "unknown-export" | "unknown-backend" | "lost-volume" | "wrong-status" | "missing-attachment" | "unused-attachment" | "stuck-status";
            /** @description The volume's id. */
            volume_id: string;
            /** @description Name of its backend; null if it has none. */
            backend: string | null;
            /** @description Human-readable description. */
            description: string;
            /**
             * @description `manual`: not safe to repair automatically. `possible`: the action `repair` can repair it. `done`, `failed`: outcome of the repair.
             * @enum {string}
             */
            repair: "manual" | "possible" | "done" | "failed";
        };
        /**
         * ConsistencyReport
         * @description Part of a check.
         */
        ConsistencyReport: {
            /** @description The inconsistencies. */
            findings: components["schemas"]["Finding"][];
            /** @description Backends that could not be checked; `nova` if Nova could not be queried. */
            unchecked: {
                /** @description Name of the backend. */
                backend: string;
                /** @description Why it was not checked. */
                reason: string;
            }[];
            /** @description Backends whose volume nodes compare their exports, at an API replica. Ask each node for the rest of the check. */
            elsewhere: {
                /** @description Name of the backend. */
                backend: string;
                /** @description Name of its volume node, which is running. */
                node: string;
            }[];
            /** @description Pass this as `marker` to check the next volumes; null if there are no more. */
            next_marker: string | null;
        };
        /**
         * Limits
         * @description Limits and usage of the project.
         */
        Limits: {
            /** @description Always empty: Cinder has no limits of rates. */
            rate?: Record<string, never>[];
            /** @description By name: `maxTotal…` the limits, `total…Used` the usage. Sizes (`…Gigabytes…`) are in GiB; -1 is unlimited. */
            absolute?: {
                [key: string]: number;
            };
        } & {
            [key: string]: unknown;
        };
        /**
         * QuotaSet
         * @description The quotas by name: `volumes`, `gigabytes` (GiB), `attachments` if limited, and others of Cinder.
         */
        QuotaSet: {
            /** @description The project or class. */
            id?: string;
        } & {
            [key: string]: number | ({
                /** @description The limit; -1 is unlimited. */
                limit?: number;
                /** @description How much is used. */
                in_use?: number;
                /** @description How much running operations will use. */
                reserved?: number;
            } & {
                [key: string]: unknown;
            }) | null;
        };
        /**
         * QuotaClassSet
         * @description The quotas by name: `volumes`, `gigabytes` (GiB), `attachments` if limited, and others of Cinder.
         */
        QuotaClassSet: {
            /** @description The project or class. */
            id?: string;
        } & {
            [key: string]: number | ({
                /** @description The limit; -1 is unlimited. */
                limit?: number;
                /** @description How much is used. */
                in_use?: number;
                /** @description How much running operations will use. */
                reserved?: number;
            } & {
                [key: string]: unknown;
            }) | null;
        };
        /**
         * Extension
         * @description A former extension of the API.
         */
        Extension: {
            /** @description Its short name. */
            alias?: string;
            /** @description Its name. */
            name?: string;
            /** @description What it adds. */
            description?: string;
            /** @description When Cinder changed it last, with a zone. */
            updated?: string;
            /** @description Always empty. */
            links?: Record<string, never>[];
        } & {
            [key: string]: unknown;
        };
        /** ExtensionList */
        ExtensionList: {
            /** @description The rows of the page. */
            extensions: components["schemas"]["Extension"][];
        };
        /**
         * AvailabilityZone
         * @description A zone in which volumes can be created.
         */
        AvailabilityZone: {
            /** @description Its name. */
            zoneName?: string;
            /** @description Its state. */
            zoneState?: {
                /** @description Whether it can be used. */
                available?: boolean;
            };
        } & {
            [key: string]: unknown;
        };
        /** AvailabilityZoneList */
        AvailabilityZoneList: {
            /** @description The rows of the page. */
            availabilityZoneInfo: components["schemas"]["AvailabilityZone"][];
        };
        /**
         * ResourceFilters
         * @description The filters of a resource.
         */
        ResourceFilters: {
            /** @description Name of the resource, for example `attachment`. */
            resource?: string;
            /** @description Names of query parameters. */
            filters?: string[];
        } & {
            [key: string]: unknown;
        };
        /** ResourceFiltersList */
        ResourceFiltersList: {
            /** @description The rows of the page. */
            resource_filters: components["schemas"]["ResourceFilters"][];
        };
        /**
         * Service
         * @description A backend as a service of Cinder.
         */
        Service: {
            /** @description Always `cinder-volume`. */
            binary?: string;
            /** @description `clinker@<backend>`. */
            host?: string;
            /** @description Its availability zone. */
            zone?: string;
            /** @description `enabled`, or `disabled` if it gets no new volumes. */
            status?: string;
            /** @description `up` if the backend answers, else `down`. */
            state?: string;
            /** @description When the state was last known to be true: UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`. */
            updated_at?: string | null;
            /** @description Why it was disabled, else why it could not be set up; null if neither is so. */
            disabled_reason?: string | null;
        } & {
            [key: string]: unknown;
        };
        /** ServiceList */
        ServiceList: {
            /** @description The rows of the page. */
            services: components["schemas"]["Service"][];
        };
        /**
         * ChangedService
         * @description A changed service.
         */
        ChangedService: {
            /** @description Its host. */
            host?: string;
            /** @description `service` of the request, else empty. */
            service?: string;
            /** @description `binary` of the request, else empty. */
            binary?: string;
            /** @description `enabled` or `disabled`. */
            status?: string;
            /** @description Whether it gets no new volumes. */
            disabled?: boolean;
            /** @description The reason; only of `disable-log-reason`. */
            disabled_reason?: string | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * CutOff
         * @description A volume from which the host is cut off, as the driver confirmed.
         */
        CutOff: {
            /** @description The volume's id. */
            volume_id: string;
            /** @description Name of its backend. */
            backend: string;
            /** @description The connections that the host had. An attachment's connection has the attachment's id. */
            connection_ids: string[];
        };
        /**
         * Unconfirmed
         * @description A volume to which the host may still have access.
         */
        Unconfirmed: {
            /** @description The volume's id. */
            volume_id: string;
            /** @description Name of its backend. */
            backend: string;
            /** @description Why it was not cut off. */
            reason: string;
        };
        /**
         * HostFence
         * @description Part of the fencing of a host.
         */
        HostFence: {
            /** @description Name of the host. */
            host: string;
            /** @description Volumes that the host cannot reach any more. */
            cut_off: components["schemas"]["CutOff"][];
            /** @description Volumes that it may still reach. */
            unconfirmed: components["schemas"]["Unconfirmed"][];
            /** @description Pass this as `marker` to continue; null after the last part. */
            next_marker: string | null;
        };
        /**
         * Pool
         * @description A backend's only pool.
         */
        Pool: {
            /** @description `clinker@<backend>#<backend>`. */
            name?: string;
            /** @description With `detail`: what it can do, and its space (`…_capacity_gb`, in GiB; `unknown` if the backend does not say). */
            capabilities?: {
                [key: string]: string | number | boolean | null;
            };
        } & {
            [key: string]: unknown;
        };
        /** PoolList */
        PoolList: {
            /** @description The rows of the page. */
            pools: components["schemas"]["Pool"][];
        };
        /**
         * Capabilities
         * @description What a backend can do.
         */
        Capabilities: {
            /** @description `OS::Storage::Capabilities::<host>`. */
            namespace?: string;
            /** @description Name of the backend, which a type can require. */
            volume_backend_name?: string;
            /** @description How hosts connect, for example `iSCSI`. */
            storage_protocol?: string;
            /** @description Always `Open Source`. */
            vendor_name?: string;
            /** @description Version of the driver's contract. */
            driver_version?: string;
            /** @description Always null: the backend is its only pool. */
            pool_name?: string | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * DeadLetter
         * @description An event that a receiver did not take.
         */
        DeadLetter: {
            /** @description The dead letter's id. */
            id: string;
            /** @description The receiver, as the log names it: `webhook` and its name. */
            receiver: string;
            /** @description The event's id, as in streams. */
            event_id: string;
            /** @description The event's type. */
            event_type: string;
            /** @description The volume's id; null for an event about a backend. */
            volume_id: string | null;
            /** @description Why the receiver did not take it, at the last try. */
            reason: string;
            /** @description How often it was sent. */
            tries: number;
            /** @description When it was given up: UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`. */
            created_at: string;
        };
        /** DeadLetterList */
        DeadLetterList: {
            /** @description The rows of the page. */
            dead_letters: components["schemas"]["DeadLetter"][];
            /** @description Number of all matches. */
            count?: number;
            /** @description Link to the next page if this one is full. */
            dead_letters_links?: {
                /**
                 * @description What the link leads to.
                 * @enum {string}
                 */
                rel?: "next";
                /** @description The address. */
                href?: string;
            }[];
        };
        /**
         * DeadLetterRetry
         * @description What became of an event that was sent again.
         */
        DeadLetterRetry: {
            /** @description True if the receiver took it: it is no dead letter any more. */
            taken: boolean;
            /** @description Why the receiver did not take it; null if it did. */
            reason: string | null;
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        badRequest: {
            /** @description The fault. */
            badRequest: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
        unauthorized: {
            /** @description The fault. */
            error: {
                /** @description The HTTP status. */
                code: number;
                /** @description Name of the status. */
                title: string;
                /** @description What went wrong, for people. */
                message: string;
            };
        } | {
            /** @description The fault. */
            unauthorized: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        forbidden: {
            /** @description The fault. */
            forbidden: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        itemNotFound: {
            /** @description The fault. */
            itemNotFound: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        computeFault: {
            /** @description The fault. */
            computeFault: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        conflictingRequest: {
            /** @description The fault. */
            conflictingRequest: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        overLimit: {
            /** @description The fault. */
            overLimit: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
                /** @description Seconds to wait before a retry, as in the header; only if known. */
                retryAfter?: string;
            };
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        badMediaType: {
            /** @description The fault. */
            badMediaType: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        notImplemented: {
            /** @description The fault. */
            notImplemented: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
        /** @description OpenStack's fault envelope: one key, named by the status. */
        serviceUnavailable: {
            /** @description The fault. */
            serviceUnavailable: {
                /** @description The HTTP status. */
                code: number;
                /** @description What went wrong, for people. */
                message: string;
            };
        };
    };
    responses: {
        /** @description The request is malformed, or the state of the resource does not allow it. */
        badRequest400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["badRequest"];
            };
        };
        /** @description The token is missing or not valid. (With noauth, a request without a token gets 204 and a token to use.) */
        unauthorized401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["unauthorized"];
            };
        };
        /** @description The caller's roles do not allow it; the message names the rule. */
        forbidden403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["forbidden"];
            };
        };
        /** @description The resource does not exist for this caller, or the operation does not exist in this microversion; the message names the one that has it. */
        itemNotFound404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["itemNotFound"];
            };
        };
        /** @description The microversion is not supported; the message names the range. */
        computeFault406: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["computeFault"];
            };
        };
        /** @description The body is larger than the server accepts, or a quota or the rate limit is exceeded. */
        overLimit413: {
            headers: {
                /** @description Seconds to wait before a retry, if known. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["overLimit"];
            };
        };
        /** @description The body is not JSON. */
        badMediaType415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["badMediaType"];
            };
        };
        /** @description A backend failed; the message says which one and why. */
        computeFault500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["computeFault"];
            };
        };
        /** @description The server or a backend is unavailable; try again after Retry-After. */
        serviceUnavailable503: {
            headers: {
                /** @description Seconds to wait before a retry, if known. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["serviceUnavailable"];
            };
        };
    };
    parameters: {
        /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
        version: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type ExtraSpecs = components['schemas']['ExtraSpecs'];
export type VolumeType = components['schemas']['VolumeType'];
export type VolumeTypeList = components['schemas']['VolumeTypeList'];
export type Message = components['schemas']['Message'];
export type MessageList = components['schemas']['MessageList'];
export type VolumeSummary = components['schemas']['VolumeSummary'];
export type VolumeSummaryList = components['schemas']['VolumeSummaryList'];
export type VolumeAttachment = components['schemas']['VolumeAttachment'];
export type Volume = components['schemas']['Volume'];
export type VolumeList = components['schemas']['VolumeList'];
export type Metadata = components['schemas']['Metadata'];
export type MetadataEntry = components['schemas']['MetadataEntry'];
export type AttachmentSummary = components['schemas']['AttachmentSummary'];
export type AttachmentSummaryList = components['schemas']['AttachmentSummaryList'];
export type Connector = components['schemas']['Connector'];
export type IscsiConnectionInfo = components['schemas']['IscsiConnectionInfo'];
export type NfsConnectionInfo = components['schemas']['NfsConnectionInfo'];
export type OtherConnectionInfo = components['schemas']['OtherConnectionInfo'];
export type Attachment = components['schemas']['Attachment'];
export type AttachmentList = components['schemas']['AttachmentList'];
export type AttachmentCondition = components['schemas']['AttachmentCondition'];
export type AttachmentEvent = components['schemas']['AttachmentEvent'];
export type AttachmentHistory = components['schemas']['AttachmentHistory'];
export type NestedConnectionInfo = components['schemas']['NestedConnectionInfo'];
export type Finding = components['schemas']['Finding'];
export type ConsistencyReport = components['schemas']['ConsistencyReport'];
export type Limits = components['schemas']['Limits'];
export type QuotaSet = components['schemas']['QuotaSet'];
export type QuotaClassSet = components['schemas']['QuotaClassSet'];
export type Extension = components['schemas']['Extension'];
export type ExtensionList = components['schemas']['ExtensionList'];
export type AvailabilityZone = components['schemas']['AvailabilityZone'];
export type AvailabilityZoneList = components['schemas']['AvailabilityZoneList'];
export type ResourceFilters = components['schemas']['ResourceFilters'];
export type ResourceFiltersList = components['schemas']['ResourceFiltersList'];
export type Service = components['schemas']['Service'];
export type ServiceList = components['schemas']['ServiceList'];
export type ChangedService = components['schemas']['ChangedService'];
export type CutOff = components['schemas']['CutOff'];
export type Unconfirmed = components['schemas']['Unconfirmed'];
export type HostFence = components['schemas']['HostFence'];
export type Pool = components['schemas']['Pool'];
export type PoolList = components['schemas']['PoolList'];
export type Capabilities = components['schemas']['Capabilities'];
export type DeadLetter = components['schemas']['DeadLetter'];
export type DeadLetterList = components['schemas']['DeadLetterList'];
export type DeadLetterRetry = components['schemas']['DeadLetterRetry'];
export type BadRequest = components['schemas']['badRequest'];
export type Unauthorized = components['schemas']['unauthorized'];
export type Forbidden = components['schemas']['forbidden'];
export type ItemNotFound = components['schemas']['itemNotFound'];
export type ComputeFault = components['schemas']['computeFault'];
export type ConflictingRequest = components['schemas']['conflictingRequest'];
export type OverLimit = components['schemas']['overLimit'];
export type BadMediaType = components['schemas']['badMediaType'];
export type NotImplemented = components['schemas']['notImplemented'];
export type ServiceUnavailable = components['schemas']['serviceUnavailable'];
export type ResponseBadRequest400 = components['responses']['badRequest400'];
export type ResponseUnauthorized401 = components['responses']['unauthorized401'];
export type ResponseForbidden403 = components['responses']['forbidden403'];
export type ResponseItemNotFound404 = components['responses']['itemNotFound404'];
export type ResponseComputeFault406 = components['responses']['computeFault406'];
export type ResponseOverLimit413 = components['responses']['overLimit413'];
export type ResponseBadMediaType415 = components['responses']['badMediaType415'];
export type ResponseComputeFault500 = components['responses']['computeFault500'];
export type ResponseServiceUnavailable503 = components['responses']['serviceUnavailable503'];
export type ParameterVersion = components['parameters']['version'];
export type $defs = Record<string, never>;
export interface operations {
    listVolumeTypes: {
        parameters: {
            query?: {
                /** @description Admins only: `true`, `false`, or `none` for both. Others see only public types. */
                is_public?: string;
                /** @description From 3.52: only types with these extra specs, written `{'key': 'value'}`. */
                extra_specs?: string;
                /** @description Maximum number of rows; the server has its own maximum. 0 returns an empty list. */
                limit?: number;
                /** @description Id of the last row seen; the page starts after it. */
                marker?: string;
                /** @description Number of rows to skip after the marker. */
                offset?: number;
                /** @description `key[:asc|desc]`, several separated by commas. Default: `created_at:desc`. */
                sort?: string;
                /** @description Deprecated: the key to sort by. Not together with `sort`. */
                sort_key?: string;
                /** @description Deprecated: the direction of `sort_key`. */
                sort_dir?: "asc" | "desc";
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of types. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeTypeList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    createVolumeType: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The type. */
                    volume_type: {
                        /** @description Unique name. */
                        name: string;
                        /** @description Purpose of the type: one line of printable characters. */
                        description?: string | null;
                        /** @description Requirements of the type. `multiattach: "<is> True"` allows several servers; volume_backend_name selects the backend. */
                        extra_specs?: {
                            [key: string]: string | null;
                        };
                        /**
                         * @description Whether callers who are not admins can see and use the type.
                         * @enum {boolean|string}
                         */
                        "os-volume-type-access:is_public"?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | "y" | "t" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no" | "n" | "f";
                    };
                };
            };
        };
        responses: {
            /** @description The type. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        volume_type: components["schemas"]["VolumeType"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            /** @description A type with that name exists. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["conflictingRequest"];
                };
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showDefaultVolumeType: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The type. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        volume_type: components["schemas"]["VolumeType"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showVolumeType: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The type. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        volume_type: components["schemas"]["VolumeType"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    updateVolumeType: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The type. */
                    volume_type: {
                        /** @description Unique name. */
                        name?: string | null;
                        /** @description Purpose of the type: one line of printable characters. */
                        description?: string | null;
                        /**
                         * @description Whether callers who are not admins can see and use the type.
                         * @enum {boolean|string}
                         */
                        is_public?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | "y" | "t" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no" | "n" | "f";
                    };
                };
            };
        };
        responses: {
            /** @description The type. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        volume_type: components["schemas"]["VolumeType"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            /** @description A type with that name exists. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["conflictingRequest"];
                };
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    deleteVolumeType: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The type is in use by volumes. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listExtraSpecs: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The extra specs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        extra_specs: components["schemas"]["ExtraSpecs"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    createExtraSpecs: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Requirements of the type. `multiattach: "<is> True"` allows several servers; volume_backend_name selects the backend. */
                    extra_specs: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description The extra specs as sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        extra_specs: components["schemas"]["ExtraSpecs"];
                    };
                };
            };
            /** @description The type is in use by volumes. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showExtraSpec: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
                /** @description Key of the entry. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An object with this key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExtraSpecs"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The type does not exist, or has no such key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    updateExtraSpec: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
                /** @description Key of the entry. */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: string | null;
                };
            };
        };
        responses: {
            /** @description The extra specs as sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExtraSpecs"];
                };
            };
            /** @description The type is in use by volumes. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    deleteExtraSpec: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
                /** @description Key of the entry. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The type is in use by volumes. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The type does not exist, or has no such key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showTypeEncryption: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty object. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showTypeEncryptionItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
                /** @description Key of the entry. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listTypeAccess: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume type's id, a UUID. */
                type_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The projects: none. */
                        volume_type_access: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist, or is public. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listMessages: {
        parameters: {
            query?: {
                /** @description From 3.5: only messages with this request_id. */
                request_id?: string;
                /** @description From 3.5: only messages with this event_id. */
                event_id?: string;
                /** @description From 3.5: only messages with this message_level. */
                message_level?: string;
                /** @description From 3.5: only messages with this resource_type. */
                resource_type?: string;
                /** @description From 3.5: only messages with this resource_uuid. */
                resource_uuid?: string;
                /** @description Maximum number of rows; the server has its own maximum. 0 returns an empty list. */
                limit?: number;
                /** @description Id of the last row seen; the page starts after it. */
                marker?: string;
                /** @description Number of rows to skip after the marker. */
                offset?: number;
                /** @description `key[:asc|desc]`, several separated by commas. Default: `created_at:desc`. */
                sort?: string;
                /** @description Deprecated: the key to sort by. Not together with `sort`. */
                sort_key?: string;
                /** @description Deprecated: the direction of `sort_key`. */
                sort_dir?: "asc" | "desc";
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The message's id, a UUID. */
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message: components["schemas"]["Message"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such message. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    deleteMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The message's id, a UUID. */
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such message. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listVolumes: {
        parameters: {
            query?: {
                /** @description Only volumes with this name. */
                name?: string;
                /** @description Only volumes in this state. */
                status?: string;
                /** @description Only volumes of this size in GiB. */
                size?: string;
                /** @description `true`: only bootable volumes. `false`: only others. */
                bootable?: string;
                /** @description Only volumes in this zone. */
                availability_zone?: string;
                /** @description Only volumes with these entries: `{"key": "value"}`. */
                metadata?: string;
                /** @description `gt`, `gte`, `eq`, `neq`, `lt` or `lte`, followed by a colon and a time. */
                created_at?: string;
                /** @description Like created_at. */
                updated_at?: string;
                /** @description Admins only: volumes of all projects. Otherwise ignored. */
                all_tenants?: string;
                /** @description `true` adds the number of all matches. */
                with_count?: string;
                /** @description Maximum number of rows; the server has its own maximum. 0 returns an empty list. */
                limit?: number;
                /** @description Id of the last row seen; the page starts after it. */
                marker?: string;
                /** @description Number of rows to skip after the marker. */
                offset?: number;
                /** @description `key[:asc|desc]`, several separated by commas. Default: `created_at:desc`. */
                sort?: string;
                /** @description Deprecated: the key to sort by. Not together with `sort`. */
                sort_key?: string;
                /** @description Deprecated: the direction of `sort_key`. */
                sort_dir?: "asc" | "desc";
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of volumes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeSummaryList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    createVolume: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The volume. */
                    volume: {
                        /** @description At most 255 characters, not counting leading and trailing blanks. */
                        name?: string | null;
                        /** @description At most 255 characters, not counting leading and trailing blanks. */
                        description?: string | null;
                        /** @description Former name of `name`. */
                        display_name?: string | null;
                        /** @description Former name of `description`. */
                        display_description?: string | null;
                        /** @description Required. Size in GiB, as a number or a string of digits. */
                        size?: number | string | null;
                        /** @description Name or id of a volume type; the default type if absent, null or empty. */
                        volume_type?: string | null;
                        /** @description At most 1000 strings of at most 255 characters. Keys: at most 255 letters, digits and `-_:. /`. */
                        metadata?: {
                            [key: string]: string;
                        } | null;
                        /** @description The server's only availability zone. */
                        availability_zone?: string | null;
                        /** @description Only false; multiattach is a property of the volume type. */
                        multiattach?: null | boolean | string;
                        /**
                         * Format: uuid
                         * @description Only null: snapshots are not supported.
                         */
                        snapshot_id?: string | null;
                        /**
                         * Format: uuid
                         * @description Only null: volumes are not cloned.
                         */
                        source_volid?: string | null;
                        /**
                         * Format: uuid
                         * @description Only null: there are no groups.
                         */
                        consistencygroup_id?: string | null;
                        /** @description Only null: there are no images. */
                        imageRef?: string | null;
                        /** @description Only null: there are no images. */
                        image_id?: string | null;
                        /** @description Only null: there are no groups. */
                        group_id?: string | null;
                        /**
                         * Format: uuid
                         * @description Only null: there are no backups.
                         */
                        backup_id?: string | null;
                    };
                    /** @description Ignored: this server has no scheduler. */
                    "OS-SCH-HNT:scheduler_hints"?: Record<string, never> | null;
                };
            };
        };
        responses: {
            /** @description The volume, in status creating. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        volume: components["schemas"]["Volume"];
                    };
                };
            };
            /** @description A value is invalid, or no backend matches the volume type; the message says why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type, snapshot, volume, group or backup does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listVolumesDetail: {
        parameters: {
            query?: {
                /** @description Only volumes with this name. */
                name?: string;
                /** @description Only volumes in this state. */
                status?: string;
                /** @description Only volumes of this size in GiB. */
                size?: string;
                /** @description `true`: only bootable volumes. `false`: only others. */
                bootable?: string;
                /** @description Only volumes in this zone. */
                availability_zone?: string;
                /** @description Only volumes with these entries: `{"key": "value"}`. */
                metadata?: string;
                /** @description `gt`, `gte`, `eq`, `neq`, `lt` or `lte`, followed by a colon and a time. */
                created_at?: string;
                /** @description Like created_at. */
                updated_at?: string;
                /** @description Admins only: volumes of all projects. Otherwise ignored. */
                all_tenants?: string;
                /** @description `true` adds the number of all matches. */
                with_count?: string;
                /** @description Maximum number of rows; the server has its own maximum. 0 returns an empty list. */
                limit?: number;
                /** @description Id of the last row seen; the page starts after it. */
                marker?: string;
                /** @description Number of rows to skip after the marker. */
                offset?: number;
                /** @description `key[:asc|desc]`, several separated by commas. Default: `created_at:desc`. */
                sort?: string;
                /** @description Deprecated: the key to sort by. Not together with `sort`. */
                sort_key?: string;
                /** @description Deprecated: the direction of `sort_key`. */
                sort_dir?: "asc" | "desc";
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of volumes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    summarizeVolumes: {
        parameters: {
            query?: {
                /** @description Admins only: volumes of all projects. Otherwise ignored. */
                all_tenants?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The summary. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The sums. */
                        "volume-summary"?: {
                            /** @description Number of volumes. */
                            total_count?: number;
                            /** @description Sum of their sizes in GiB. */
                            total_size?: number;
                            /** @description At most 1000 values per key, and 10000 in total. */
                            metadata?: {
                                [key: string]: string[];
                            };
                            /**
                             * @description Present only if values were left out.
                             * @constant
                             */
                            metadata_truncated?: true;
                        };
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showVolume: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The volume. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        volume: components["schemas"]["Volume"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    updateVolume: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What changes. */
                    volume: {
                        /** @description At most 255 characters, not counting leading and trailing blanks. */
                        name?: string | null;
                        /** @description At most 255 characters, not counting leading and trailing blanks. */
                        description?: string | null;
                        /** @description Former name of `name`. */
                        display_name?: string | null;
                        /** @description Former name of `description`. */
                        display_description?: string | null;
                        /** @description At most 1000 strings of at most 255 characters. Keys: at most 255 letters, digits and `-_:. /`. */
                        metadata?: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description The volume. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        volume: components["schemas"]["Volume"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    deleteVolume: {
        parameters: {
            query?: {
                /** @description Ignored: there are no snapshots. */
                cascade?: string;
                /** @description Admins only: deletes the volume in any state, unless it is attached. */
                force?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Started. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The volume's state does not allow it, or it has attachments. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listVolumeMetadata: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All entries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        metadata: components["schemas"]["Metadata"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    replaceVolumeMetadata: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description At most 1000 strings of at most 255 characters. Keys: at most 255 letters, digits and `-_:. /`. */
                    metadata: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description All entries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        metadata: components["schemas"]["Metadata"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            /** @description The metadata has changed; nothing was done. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    mergeVolumeMetadata: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description At most 1000 strings of at most 255 characters. Keys: at most 255 letters, digits and `-_:. /`. */
                    metadata: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description All entries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        metadata: components["schemas"]["Metadata"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showVolumeMetadataEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
                /** @description Key of the entry. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        meta: components["schemas"]["MetadataEntry"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume, or the volume has no such key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    setVolumeMetadataEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
                /** @description Key of the entry. */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The entry, under the key named in the path. */
                    meta: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description The entry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        meta: components["schemas"]["MetadataEntry"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            /** @description The metadata has changed; nothing was done. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    removeVolumeMetadataEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
                /** @description Key of the entry. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume, or the volume has no such key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showVolumeEncryption: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, null if there is none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Id of the key; null if the volume has none. */
                        encryption_key_id?: string | null;
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showVolumeEncryptionItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
                /** @description Key of the entry. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The value; no body if there is none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume, or the item does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listAttachments: {
        parameters: {
            query?: {
                /** @description Only attachments of this volume. */
                volume_id?: string;
                /** @description Only attachments for this server. */
                instance_id?: string;
                /** @description Only attachments in this state. */
                attach_status?: string;
                /** @description Same as attach_status. In Cinder this filter finds nothing. */
                status?: string;
                /** @description Admins only: attachments of all projects. Otherwise ignored. */
                all_tenants?: boolean;
                /** @description Admins only, with all_tenants: only attachments of this project. */
                project_id?: string;
                /** @description Maximum number of rows; the server has its own maximum. 0 returns an empty list. */
                limit?: number;
                /** @description Id of the last row seen; the page starts after it. */
                marker?: string;
                /** @description Number of rows to skip after the marker. */
                offset?: number;
                /** @description `key[:asc|desc]`, several separated by commas. Default: `created_at:desc`. */
                sort?: string;
                /** @description Deprecated: the key to sort by. Not together with `sort`. */
                sort_key?: string;
                /** @description Deprecated: the direction of `sort_key`. */
                sort_dir?: "asc" | "desc";
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of attachments. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentSummaryList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    createAttachment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key with the same body returns the attachment that the first request created. 1 to 255 visible ASCII characters; remembered for idempotency_key_ttl_s. */
                "Idempotency-Key"?: string;
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The attachment. */
                    attachment: {
                        /**
                         * Format: uuid
                         * @description Id of the volume to attach.
                         */
                        volume_uuid: string;
                        /**
                         * Format: uuid
                         * @description Id of the server that the volume is attached to; absent or null if there is none.
                         */
                        instance_uuid?: string | null;
                        /** @description Properties of the host, as os-brick collects them. With a connector the volume is exported at once; absent, null or {} only reserves it. */
                        connector?: components["schemas"]["Connector"] | null;
                        /**
                         * @description Access to the volume: read-write or read-only. Overrides a mode in the connector.
                         * @enum {unknown}
                         */
                        mode?: "rw" | "ro" | null;
                    };
                };
            };
        };
        responses: {
            /** @description The attachment, reserved or attaching. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attachment: components["schemas"]["Attachment"];
                    };
                };
            };
            /** @description The volume is not available (`status must be available or downloading to reserve, but the current status is …`), the driver rejects the connector, or the body is invalid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            /** @description The Idempotency-Key was used with a different request, or its attachment has been deleted since. Or the volume is still held by another server's attachment although its status is available, or the backend's state does not allow it now. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["conflictingRequest"];
                };
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            /** @description The backend failed; the message says which one and why. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["computeFault"];
                };
            };
            /** @description The backend's driver cannot do this. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["notImplemented"];
                };
            };
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listAttachmentsDetail: {
        parameters: {
            query?: {
                /** @description Only attachments of this volume. */
                volume_id?: string;
                /** @description Only attachments for this server. */
                instance_id?: string;
                /** @description Only attachments in this state. */
                attach_status?: string;
                /** @description Same as attach_status. In Cinder this filter finds nothing. */
                status?: string;
                /** @description Admins only: attachments of all projects. Otherwise ignored. */
                all_tenants?: boolean;
                /** @description Admins only, with all_tenants: only attachments of this project. */
                project_id?: string;
                /** @description Maximum number of rows; the server has its own maximum. 0 returns an empty list. */
                limit?: number;
                /** @description Id of the last row seen; the page starts after it. */
                marker?: string;
                /** @description Number of rows to skip after the marker. */
                offset?: number;
                /** @description `key[:asc|desc]`, several separated by commas. Default: `created_at:desc`. */
                sort?: string;
                /** @description Deprecated: the key to sort by. Not together with `sort`. */
                sort_key?: string;
                /** @description Deprecated: the direction of `sort_key`. */
                sort_dir?: "asc" | "desc";
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of attachments. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showAttachment: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The attachment's id, a UUID: `id` in responses about attachments, `attachment_id` in volumes. */
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The attachment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attachment: components["schemas"]["Attachment"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such attachment. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    updateAttachment: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The attachment's id, a UUID: `id` in responses about attachments, `attachment_id` in volumes. */
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The attachment. */
                    attachment: {
                        /** @description Properties of the host, as os-brick collects them. */
                        connector: components["schemas"]["Connector"];
                    };
                };
            };
        };
        responses: {
            /** @description The attachment, attaching. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attachment: components["schemas"]["Attachment"];
                    };
                };
            };
            /** @description The driver rejects the connector; the message names the key. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such attachment. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            /** @description The volume is in an error state, or is not multiattach and another attachment is connected. Or the backend's state does not allow it now. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["conflictingRequest"];
                };
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            /** @description The backend failed; the message says which one and why. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["computeFault"];
                };
            };
            /** @description The backend's driver cannot do this. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["notImplemented"];
                };
            };
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    deleteAttachment: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The attachment's id, a UUID: `id` in responses about attachments, `attachment_id` in volumes. */
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The volume's other attachments. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentSummaryList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such attachment. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            /** @description A server uses it: detach the volume through the Compute API. Or it was connected while it was being deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["conflictingRequest"];
                };
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            /** @description The backend failed to end the host's access; try again. Or a request to the Compute API failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["computeFault"];
                };
            };
            /** @description The backend's driver cannot do this. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["notImplemented"];
                };
            };
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    completeAttachment: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The attachment's id, a UUID: `id` in responses about attachments, `attachment_id` in volumes. */
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any value. */
                    "os-complete": unknown;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such attachment. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showAttachmentHistory: {
        parameters: {
            query?: {
                /** @description Maximum number of rows; the server has its own maximum. 0 returns an empty list. */
                limit?: number;
                /** @description Id of the last row seen; the page starts after it. */
                marker?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The attachment's id, a UUID: `id` in responses about attachments, `attachment_id` in volumes. */
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conditions and a page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        history: components["schemas"]["AttachmentHistory"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has and had no such attachment, or its history has expired. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    volumeAction: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The volume's id, a UUID. */
                volume_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Sets whether servers can boot from the volume. */
                    "os-set_bootable": {
                        /**
                         * @description A boolean, or a text that stands for one.
                         * @enum {unknown}
                         */
                        bootable: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | "y" | "t" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no" | "n" | "f";
                    };
                } | {
                    /** @description Marks an available volume as attaching, or a multiattach one in use. The value is ignored. */
                    "os-reserve": unknown;
                } | {
                    /** @description Undoes os-reserve. The value is ignored. */
                    "os-unreserve": unknown;
                } | {
                    /** @description Marks an attached volume as detaching. The value is ignored. */
                    "os-begin_detaching": unknown;
                } | {
                    /** @description Undoes os-begin_detaching. The value is ignored. */
                    "os-roll_detaching": unknown;
                } | {
                    /** @description Exports the volume to a host without creating an attachment; returns 200 with connection_info, in which data is nested. */
                    "os-initialize_connection": {
                        /** @description Properties of the host, as os-brick collects them. */
                        connector: Record<string, never>;
                    };
                } | {
                    /** @description Undoes os-initialize_connection and os-reserve. */
                    "os-terminate_connection": {
                        /** @description The host, matched by those of initiator, ip and host that are given; null for every host. */
                        connector: Record<string, never> | null;
                    };
                } | {
                    /** @description Admins only: ends the access of an attachment's hosts by force and removes the attachment. 409 unless the driver confirms that they have lost access. */
                    "os-force_detach": {
                        /** @description Id of the attachment; required if there are several. */
                        attachment_id?: string | null;
                        /** @description Ignored: the attachment knows its host. */
                        connector?: string | Record<string, never> | null;
                    };
                } | {
                    /** @description Admins only: deletes a volume in any state, unless it is attached. The value is ignored. */
                    "os-force_delete": unknown;
                } | {
                    /** @description Records that a server or host uses the volume: creates an attachment in status attached. */
                    "os-attach": {
                        /**
                         * Format: uuid
                         * @description The server's id.
                         */
                        instance_uuid?: string;
                        /** @description The host, if there is no server. */
                        host_name?: string;
                        /** @description Device name on the server or host. */
                        mountpoint: string;
                        /**
                         * @description Default: rw.
                         * @enum {string}
                         */
                        mode?: "rw" | "ro";
                    } | unknown | unknown;
                } | {
                    /** @description Removes an attachment and ends its connection, if any. */
                    "os-detach": {
                        /** @description Id of the attachment; required if there are several. */
                        attachment_id?: string | null;
                    } | null;
                } | {
                    /** @description Extends the volume; one in use only from 3.42. */
                    "os-extend": {
                        /** @description New size in GiB, larger than the current one. */
                        new_size: number | string;
                    };
                } | {
                    /** @description Makes an available volume read-only or writable. */
                    "os-update_readonly_flag": {
                        /**
                         * @description A boolean, or a text that stands for one.
                         * @enum {unknown}
                         */
                        readonly: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | "y" | "t" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no" | "n" | "f";
                    };
                } | {
                    /** @description Admins only: changes statuses in the database and nowhere else. At least one is required. */
                    "os-reset_status": {
                        /** @description New status of the volume; deleting, error_deleting and detaching cannot be set. */
                        status?: string | null;
                        /** @description attached or detached; detached also removes the attachments. */
                        attach_status?: string | null;
                        /** @description migrating, error, success, completing, none or starting. */
                        migration_status?: string | null;
                    };
                } | {
                    /** @description Returns 200 with an empty metadata object: volumes cannot be created from images. The value is ignored. */
                    "os-show_image_metadata": unknown;
                };
            };
        };
        responses: {
            /** @description os-initialize_connection returns connection_info, os-show_image_metadata returns metadata, os-set_bootable has no body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        connection_info: components["schemas"]["NestedConnectionInfo"];
                    } | {
                        /** @description Always empty. */
                        metadata: Record<string, never>;
                    };
                };
            };
            /** @description Done, or started. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The action is unknown, its value is invalid, or the volume's state does not allow it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The project has no such volume. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            /** @description A server uses the volume, which must be detached through the Compute API, or still holds it although its status is available. os-force_detach: the driver cannot confirm that the host has lost access. Or the backend's state does not allow it now. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["conflictingRequest"];
                };
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            /** @description The backend's driver cannot do this. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["notImplemented"];
                };
            };
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listSnapshots: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The snapshots: none. */
                        snapshots: Record<string, never>[];
                        /** @description From 3.45, with `with_count`: 0. */
                        count?: number;
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    createSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The snapshot; not supported. */
                    snapshot: {
                        /**
                         * Format: uuid
                         * @description Id of the volume.
                         */
                        volume_id: string;
                    };
                };
            };
        };
        responses: {
            /** @description Never. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Snapshots are not supported. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listSnapshotsDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The snapshots: none. */
                        snapshots: Record<string, never>[];
                        /** @description From 3.45, with `with_count`: 0. */
                        count?: number;
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; there are no snapshots. */
                snapshot_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listBackups: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The backups: none. */
                        backups: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listBackupsDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The backups: none. */
                        backups: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showBackup: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listOldTransfers: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The transfers of volumes: none. */
                        transfers: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listOldTransfersDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The transfers of volumes: none. */
                        transfers: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showOldTransfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listTransfers: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The transfers of volumes: none. */
                        transfers: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listTransfersDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The transfers of volumes: none. */
                        transfers: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showTransfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listGroupTypes: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The group types: none. */
                        group_types: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showGroupType: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listGroups: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The groups of volumes: none. */
                        groups: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listGroupsDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The groups of volumes: none. */
                        groups: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showGroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listGroupSnapshots: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The snapshots of groups: none. */
                        group_snapshots: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listGroupSnapshotsDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The snapshots of groups: none. */
                        group_snapshots: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showGroupSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listConsistencyGroups: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The consistency groups: none. */
                        consistencygroups: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listConsistencyGroupsDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The consistency groups: none. */
                        consistencygroups: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showConsistencyGroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listConsistencyGroupSnapshots: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The snapshots of consistency groups: none. */
                        cgsnapshots: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listConsistencyGroupSnapshotsDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The snapshots of consistency groups: none. */
                        cgsnapshots: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showConsistencyGroupSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listQosSpecs: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The QoS specs: none. */
                        qos_specs: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showQosSpec: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listProjectDefaultTypes: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The default volume types of projects: none. */
                        default_types: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showProjectDefaultType: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listClusters: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The clusters of services: none. */
                        clusters: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listClustersDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An empty list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The clusters of services: none. */
                        clusters: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showCluster: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Any id; this server has no such resources. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    examineConsistency: {
        parameters: {
            query?: {
                /** @description The `next_marker` of the previous response. Volumes are checked in the order of their ids. */
                marker?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The findings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        consistency: components["schemas"]["ConsistencyReport"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    repairConsistency: {
        parameters: {
            query?: {
                /** @description The `next_marker` of the previous response. Volumes are checked in the order of their ids. */
                marker?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any value. */
                    repair: unknown;
                };
            };
        };
        responses: {
            /** @description The findings and the outcome of each repair. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        consistency: components["schemas"]["ConsistencyReport"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showLimits: {
        parameters: {
            query?: {
                /** @description From 3.39, admins only: limits of this project. */
                project_id?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The limits. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        limits: components["schemas"]["Limits"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showQuotaSet: {
        parameters: {
            query?: {
                /** @description `true` adds the usage of each. */
                usage?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The project's id; any project of an admin's choice. */
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The quotas. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        quota_set: components["schemas"]["QuotaSet"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showDefaultQuotas: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The project's id; any project of an admin's choice. */
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The quotas. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        quota_set: components["schemas"]["QuotaSet"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showQuotaClass: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Name of the quota class. All classes have the same quotas. */
                class_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The quotas. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        quota_class_set: components["schemas"]["QuotaClassSet"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listExtensions: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The extensions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExtensionList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showExtension: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The extension's alias. */
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The extension. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        extension: components["schemas"]["Extension"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The extension does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listAvailabilityZones: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The zones. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AvailabilityZoneList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listResourceFilters: {
        parameters: {
            query?: {
                /** @description Only the filters of this resource, for example `attachment`. */
                resource?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The filters by resource. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceFiltersList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listServices: {
        parameters: {
            query?: {
                /** @description Only this host, `clinker@<backend>`. */
                host?: string;
                /** @description Only `cinder-volume`. */
                binary?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The services. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    changeService: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The change: `enable`, `disable` or `disable-log-reason`. */
                action: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Host of the service, `clinker@<backend>`. Required. */
                    host?: string;
                    /** @description `cinder-volume`. */
                    binary?: string;
                    /** @description Older name of `binary`. */
                    service?: string;
                    /** @description Ignored: there are no clusters. */
                    cluster?: string | null;
                    /** @description Why it is disabled; only of `disable-log-reason`. */
                    disabled_reason?: string;
                } | unknown | unknown;
            };
        };
        responses: {
            /** @description The service is changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedService"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The service does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    fenceHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The host to be cut off. */
                    fence: {
                        /** @description Name of the host, exactly as the connectors' `host` has it. */
                        host: string;
                        /** @description The `next_marker` of the previous response. */
                        marker?: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description What was cut off, and what was not. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        fence: components["schemas"]["HostFence"];
                    };
                };
            };
            /** @description The body or the marker is invalid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listPools: {
        parameters: {
            query?: {
                /** @description `true` adds capacity, protocol and allocated space. */
                detail?: string;
                /** @description From 3.28: only the pool of this name. */
                name?: string;
                /** @description From 3.35: name or id of a volume type; only pools that may hold its volumes. */
                volume_type?: string;
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pools. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PoolList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The volume type does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    showCapabilities: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description Host of the backend: `clinker@<backend>`. */
                host: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The capabilities. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capabilities"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description The backend does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Only events of these types, separated by commas: `attachment.reserved`, `attachment.connecting`, `attachment.connected`, `attachment.connect-failed`, `attachment.completed`, `attachment.detaching`, `attachment.detach-failed`, `attachment.fenced`, `attachment.deleted`, `attachment.export-restored`, `volume.repaired`, `backend.down`, `backend.up`, `volume.creating`, `volume.created`, `volume.create-failed`, `volume.deleting`, `volume.deleted`, `volume.delete-failed`, `volume.extending`, `volume.extended`, `volume.extend-failed`. */
                type?: string;
                /** @description Only events of this volume. */
                volume_id?: string;
                /** @description Only events of this server’s attachments. */
                server_id?: string;
                /** @description For admins: events of all projects and of backends. Ignored for others. */
                all_tenants?: string;
                /** @description With `all_tenants`: only events of this project. */
                project_id?: string;
            };
            header?: {
                /** @description Id of the last event that the client got: the response continues after it. `0`: all events that are kept. Without it, the response begins with the next event. */
                "Last-Event-ID"?: string;
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events, in the format of server-sent events (`text/event-stream`). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A parameter or the Last-Event-ID is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["badRequest"];
                };
            };
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            /** @description The project, or the server, has too many readers (`max_event_readers_per_project`, `max_event_readers`). */
            413: {
                headers: {
                    /** @description Seconds to wait before a retry, if known. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["overLimit"];
                };
            };
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description Only those of this receiver. */
                receiver?: string;
                /** @description Maximum number of rows; the server has its own maximum. 0 returns an empty list. */
                limit?: number;
                /** @description Id of the last row seen; the page starts after it. */
                marker?: string;
                /** @description Number of rows to skip after the marker. */
                offset?: number;
                /** @description `key[:asc|desc]`, several separated by commas. Default: `created_at:desc`. */
                sort?: string;
                /** @description Deprecated: the key to sort by. Not together with `sort`. */
                sort_key?: string;
                /** @description Deprecated: the direction of `sort_key`. */
                sort_dir?: "asc" | "desc";
            };
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters, and the number of all. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            404: components["responses"]["itemNotFound404"];
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    retryDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The dead letter's id, a UUID. */
                dead_letter_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any value. */
                    retry: unknown;
                };
            };
        };
        responses: {
            /** @description Whether the receiver took it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        retry: components["schemas"]["DeadLetterRetry"];
                    };
                };
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description There is no such dead letter. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            /** @description The event has expired, this server does not have the receiver in its configuration, or others are being sent to it again. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["conflictingRequest"];
                };
            };
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
    dismissDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description `volume <microversion>` or `volume latest`; 3.0 to 3.71. */
                "OpenStack-API-Version"?: components["parameters"]["version"];
            };
            path: {
                /** @description The dead letter's id, a UUID. */
                dead_letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["badRequest400"];
            401: components["responses"]["unauthorized401"];
            403: components["responses"]["forbidden403"];
            /** @description There is no such dead letter. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["itemNotFound"];
                };
            };
            406: components["responses"]["computeFault406"];
            413: components["responses"]["overLimit413"];
            415: components["responses"]["badMediaType415"];
            500: components["responses"]["computeFault500"];
            503: components["responses"]["serviceUnavailable503"];
        };
    };
}
