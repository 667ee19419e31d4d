// Made from openapi/openapi.yaml by scripts/generate-sdk, not by hand.

export interface paths {
    readonly "/cosem": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Everything that this client may see. */
        readonly get: operations["getCosem"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** Everything that this client may see, its header alone. */
        readonly head: operations["headCosem"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The logical devices; the first speaks for the service itself. */
        readonly get: operations["getLdevs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** The logical devices; the first speaks for the service itself, its header alone. */
        readonly head: operations["headLdevs"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        /** One logical device. */
        readonly get: operations["getLdev"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** One logical device, its header alone. */
        readonly head: operations["headLdev"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/live": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        /**
         * The samples of a device as they come.
         * @description Server-Sent Events: the sample that stands, then each that comes. Of a signed request each event carries a sealed
         *     document. A client that is too slow for them is told which were dropped.
         */
        readonly get: operations["listenToLdev"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/objects": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        /** The COSEM objects of a logical device, by class and logical name. */
        readonly get: operations["getObjects"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** The COSEM objects of a logical device, by class and logical name, its header alone. */
        readonly head: operations["headObjects"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/objects/{object}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        /** One object. */
        readonly get: operations["getObject"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** One object, its header alone. */
        readonly head: operations["headObject"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/objects/{object}/attributes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        /** The attributes of an object. */
        readonly get: operations["getAttributes"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** The attributes of an object, its header alone. */
        readonly head: operations["headAttributes"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/objects/{object}/attributes/{attribute}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
                /** @description The attribute's number; 1 is the logical name. */
                readonly attribute: components["parameters"]["attribute"];
            };
            readonly cookie?: never;
        };
        /**
         * The value of one attribute.
         * @description Sealed, it brings along what gives it meaning, such as scaler and unit.
         *
         *     A buffer, which is a long array such as attribute 2 of a profile (class 7), is had here alone, whole or in part:
         *     `q.fromidx`, `q.count`, the times and selective access (`sa.*`) are for buffers, and 400 elsewhere. Unsigned, a long
         *     one is sent in chunks, without `Content-Length` and `ETag`; sealed, it has at most 4 MiB.
         */
        readonly get: operations["getAttribute"];
        /**
         * Writes the attribute.
         * @description Where class, device and role allow it. The event is recorded before it happens. What the object refuses is 500, as
         *     the annex has it, with the reason in `code` and its number in `accessResult`.
         */
        readonly put: operations["putAttribute"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** The value of one attribute, its header alone. */
        readonly head: operations["headAttribute"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/objects/{object}/methods": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        /** The methods of an object. */
        readonly get: operations["getMethods"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** The methods of an object, its header alone. */
        readonly head: operations["headMethods"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/objects/{object}/methods/{method}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
                /** @description The method's number. */
                readonly method: components["parameters"]["method"];
            };
            readonly cookie?: never;
        };
        /** That the object has this method. */
        readonly get: operations["getMethod"];
        readonly put?: never;
        /**
         * Runs the method.
         * @description Where class, device and role allow it. What became of it is told in a sealed document: 200, or 500 where the object
         *     refused.
         */
        readonly post: operations["postMethod"];
        readonly delete?: never;
        readonly options?: never;
        /** That the object has this method, its header alone. */
        readonly head: operations["headMethod"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/containers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        /** What this client has named together of one device. */
        readonly get: operations["getLdevContainers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** What this client has named together of one device, its header alone. */
        readonly head: operations["headLdevContainers"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/ldevs/{ldev}/containers/{ldev-container}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description What the client calls it, in the form of an object's name. */
                readonly "ldev-container": components["parameters"]["ldevContainer"];
            };
            readonly cookie?: never;
        };
        /** The values that it names, all of one sample. */
        readonly get: operations["getLdevContainer"];
        /** Makes the container, or replaces it. */
        readonly put: operations["putLdevContainer"];
        readonly post?: never;
        /** Removes the container; what it names stays. */
        readonly delete: operations["deleteLdevContainer"];
        readonly options?: never;
        /** The values that it names, all of one sample, its header alone. */
        readonly head: operations["headLdevContainer"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/containers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What this client has named together across devices. */
        readonly get: operations["getContainers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** What this client has named together across devices, its header alone. */
        readonly head: operations["headContainers"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/cosem/containers/{container}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description What the client calls it. */
                readonly container: components["parameters"]["container"];
            };
            readonly cookie?: never;
        };
        /** The values that it names, those of each device of one sample. */
        readonly get: operations["getContainer"];
        /** Makes the container, or replaces it. */
        readonly put: operations["putContainer"];
        readonly post?: never;
        /** Removes the container; what it names stays. */
        readonly delete: operations["deleteContainer"];
        readonly options?: never;
        /** The values that it names, those of each device of one sample, its header alone. */
        readonly head: operations["headContainer"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** This description, for people. */
        readonly get: operations["getPage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** This description, for people, its header alone. */
        readonly head: operations["headPage"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/{file}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of a file of this description. */
                readonly file: components["parameters"]["file"];
            };
            readonly cookie?: never;
        };
        /** This description for programs, and the XML schemas. */
        readonly get: operations["getFile"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** This description for programs, and the XML schemas, its header alone. */
        readonly head: operations["headFile"];
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/examples/{example}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of an example. */
                readonly example: components["parameters"]["example"];
            };
            readonly cookie?: never;
        };
        /** The signed examples, and the certificates that they verify by. */
        readonly get: operations["getExample"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        /** The signed examples, and the certificates that they verify by, its header alone. */
        readonly head: operations["headExample"];
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What the XML schemas `cor-1.xsd` and `cod-1.xsd` define. Answers are exclusive canonical XML, in one line; what
         *     clients send may have a declaration, white space and prefixes of their own, but no document type.
         */
        readonly Xml: string;
        /**
         * @description `signed-measurement-data` of `signed-measurement-data-1.xsd`, as exclusive canonical XML, with an enveloped XML
         *     signature whose KeyName is `sha256:` and the hex SHA-256 of the meter's signature certificate.
         */
        readonly Sealed: string;
        readonly Hex: string;
        readonly Hex4: string;
        readonly Index: number;
        readonly Count: number;
        readonly LogicalName: string;
        readonly LdevName: string;
        /**
         * @description One value of COSEM: an object whose only member is its type. Integers of 64 bits are strings, whatever their value.
         *     Bodies may have any number as a string.
         */
        readonly Data: {
            readonly "null-data"?: null;
            readonly array?: readonly components["schemas"]["Data"][];
            readonly structure?: readonly components["schemas"]["Data"][];
            readonly boolean?: boolean;
            readonly "bit-string"?: string;
            readonly "double-long"?: number;
            readonly "double-long-unsigned"?: number;
            readonly "floating-point"?: components["schemas"]["Hex4"];
            readonly "octet-string"?: components["schemas"]["Hex"];
            readonly "visible-string"?: string;
            readonly "UTF8-string"?: string;
            readonly bcd?: number;
            readonly integer?: number;
            readonly long?: number;
            readonly unsigned?: number;
            readonly "long-unsigned"?: number;
            readonly "compact-array"?: components["schemas"]["CompactArray"];
            readonly long64?: string;
            readonly "long64-unsigned"?: string;
            readonly enum?: number;
            readonly float32?: components["schemas"]["Hex4"];
            readonly float64?: string;
            readonly date_time?: string;
            readonly date?: string;
            readonly time?: components["schemas"]["Hex4"];
            readonly "dont-care"?: null;
        };
        readonly CompactArray: {
            readonly "contents-description": components["schemas"]["TypeDescription"];
            readonly "array-contents": components["schemas"]["Hex"];
        };
        /** @description A simple type is its name. */
        readonly TypeDescription: string | {
            readonly structure: readonly components["schemas"]["TypeDescription"][];
        } | {
            readonly array: {
                readonly "number-of-elements": number;
                readonly "type-description": components["schemas"]["TypeDescription"];
            };
        };
        /** @description The addressed element, by its name. What lies below the depth that was asked for is absent. */
        readonly Tree: {
            readonly cosem?: components["schemas"]["Cosem"];
            readonly ldevs?: components["schemas"]["Ldevs"];
            readonly ldev?: components["schemas"]["Ldev"];
            readonly objects?: components["schemas"]["Objects"];
            readonly object?: components["schemas"]["Object"];
            readonly attributes?: components["schemas"]["Attributes"];
            readonly attribute?: components["schemas"]["Attribute"];
            readonly methods?: components["schemas"]["Methods"];
            readonly method?: components["schemas"]["Method"];
            readonly containers?: components["schemas"]["Containers"];
            readonly container?: components["schemas"]["Container"];
        };
        readonly Cosem: {
            readonly ldevs?: components["schemas"]["Ldevs"];
            readonly containers?: components["schemas"]["Containers"];
        };
        readonly Ldevs: {
            readonly count: components["schemas"]["Count"];
            readonly ldev: readonly components["schemas"]["Ldev"][];
        };
        readonly Ldev: {
            readonly id: components["schemas"]["LdevName"];
            readonly objects?: components["schemas"]["Objects"];
            readonly containers?: components["schemas"]["Containers"];
        };
        readonly Objects: {
            readonly count: components["schemas"]["Count"];
            readonly object: readonly components["schemas"]["Object"][];
        };
        readonly Object: {
            readonly "class-id": number;
            readonly id: components["schemas"]["LogicalName"];
            readonly version: number;
            readonly attributes?: components["schemas"]["Attributes"];
            readonly methods?: components["schemas"]["Methods"];
        };
        readonly Attributes: {
            readonly count: components["schemas"]["Count"];
            readonly attribute: readonly components["schemas"]["Attribute"][];
        };
        readonly Attribute: {
            readonly id: components["schemas"]["Index"];
            readonly value?: components["schemas"]["Data"];
        };
        readonly Methods: {
            readonly count: components["schemas"]["Count"];
            readonly method: readonly components["schemas"]["Method"][];
        };
        readonly Method: {
            readonly id: components["schemas"]["Index"];
        };
        readonly Containers: {
            readonly count: components["schemas"]["Count"];
            readonly container: readonly components["schemas"]["Container"][];
        };
        /** @description Of a device it holds objects, of the service devices with their objects. */
        readonly Container: {
            readonly id: string;
            readonly objects?: components["schemas"]["Objects"];
            readonly ldevs?: components["schemas"]["Ldevs"];
        };
        readonly MethodResponse: {
            /** @description 0 for done. */
            readonly methodResponseStatus: number;
            readonly methodResponseData?: components["schemas"]["Data"];
        };
        /** @description What a sealed document says, without the seal. */
        readonly Reading: {
            readonly "measurement-data": components["schemas"]["MeasurementData"];
        };
        /**
         * @description The values, and the sealed document that they were taken from, untouched. The document alone is evidence; the
         *     UTF-8 of its text is what was sealed.
         */
        readonly SealedReading: {
            readonly "measurement-data": components["schemas"]["MeasurementData"];
            readonly "sealed-document": components["schemas"]["Sealed"];
        };
        readonly MeasurementData: {
            readonly "measurement-time": string;
            /** @description Never repeats and never goes back. */
            readonly "sequence-nr": string;
            readonly "meter-ident": components["schemas"]["LdevName"];
            readonly "meter-number": string;
            readonly "location-ident": string;
            readonly "counter-values"?: components["schemas"]["Objects"];
            readonly cosem?: components["schemas"]["Cosem"];
            readonly ldevs?: components["schemas"]["Ldevs"];
            readonly containers?: components["schemas"]["Containers"];
            readonly container?: components["schemas"]["Container"];
            readonly methodResponse?: components["schemas"]["MethodResponse"];
            readonly "error-code": number;
            readonly state: string;
        };
        /** @description RFC 9457. In XML the members are elements of `problem`, in the namespace `urn:ietf:rfc:7807`. */
        readonly Problem: {
            readonly type: string;
            /** @description The same for every problem of this code. */
            readonly title: string;
            readonly status: number;
            /** @description What was wrong this time, where the client is at fault. */
            readonly detail?: string;
            /** @description Under which the log has the request. */
            readonly instance: string;
            /** @description What to do about it. */
            readonly mend: string;
            /** @description Of what an object of COSEM refused: the number that DLMS has for it. */
            readonly accessResult?: number;
            /**
             * @description What a program decides by. See `docs/errors.md`.
             * @enum {string}
             */
            readonly code: "REQUEST_MALFORMED" | "BODY_UNEXPECTED" | "QUERY_INVALID" | "ANSWER_TOO_LARGE" | "BODY_INVALID" | "CLIENT_UNKNOWN" | "CLIENT_CERTIFICATE_EXPIRED" | "CLIENT_CERTIFICATE_REVOKED" | "HOST_UNKNOWN" | "RESOURCE_UNKNOWN" | "METHOD_NOT_ALLOWED" | "NOT_ACCEPTABLE" | "REQUEST_TIMEOUT" | "CONTAINERS_EXHAUSTED" | "LENGTH_MISSING" | "PRECONDITION_FAILED" | "BODY_TOO_LARGE" | "BODY_TYPE_UNKNOWN" | "URI_TOO_LONG" | "RATE_EXCEEDED" | "STREAMS_EXHAUSTED" | "HEADER_TOO_LARGE" | "INTERNAL_ERROR" | "METHOD_UNKNOWN" | "REVOCATION_UNKNOWN" | "SIGNER_UNAVAILABLE" | "SIGNER_STOPPED" | "HTTP_VERSION_UNKNOWN" | "OBJECT_UNDEFINED" | "ATTRIBUTE_UNDEFINED" | "METHOD_UNDEFINED" | "ACCESS_DENIED" | "ATTRIBUTE_READ_ONLY" | "METHOD_UNAVAILABLE" | "TYPE_UNMATCHED" | "VALUE_NOT_ALLOWED" | "SELECTION_UNSUITABLE" | "STATE_UNSUITABLE" | "CALIBRATION_BOOK_FULL" | "HARDWARE_FAULT" | "SIGNATURE_MISSING" | "SIGNATURE_AMBIGUOUS" | "SIGNATURE_TOO_LARGE" | "SIGNATURE_HEADER_REPEATED" | "SIGNATURE_MALFORMED" | "SIGNATURE_PARAMETER_DUPLICATE" | "SIGNATURE_PARAMETER_UNKNOWN" | "SIGNATURE_PARAMETER_MISSING" | "SIGNATURE_COMPONENT_DUPLICATE" | "SIGNATURE_COMPONENT_UNKNOWN" | "SIGNATURE_COMPONENT_MISSING" | "SIGNATURE_KEY_UNKNOWN" | "SIGNATURE_KEY_FOREIGN" | "SIGNATURE_ALGORITHM" | "SIGNATURE_EXPIRED" | "SIGNATURE_FROM_FUTURE" | "SIGNATURE_STALE" | "SIGNATURE_BEFORE_START" | "SIGNATURE_KEY_NOT_VALID" | "SIGNATURE_INVALID" | "DIGEST_MISSING" | "DIGEST_MALFORMED" | "DIGEST_ALGORITHM" | "DIGEST_MISMATCH" | "SIGNATURE_REPLAYED" | "SIGNATURE_REPLAY_MEMORY_FULL";
        };
    };
    responses: {
        /** @description What was asked for. */
        readonly Document: {
            headers: {
                readonly ETag: components["headers"]["ETag"];
                readonly "Cache-Control": components["headers"]["Cache-Control"];
                readonly Vary: components["headers"]["Vary"];
                readonly "Accept-Ranges": components["headers"]["Accept-Ranges"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/vnd.de-dke-k461-cosem+xml": components["schemas"]["Xml"];
                readonly "application/vnd.de-dke-k461-cosem+xml;encap=xmldsig": components["schemas"]["Sealed"];
                readonly "application/xml": components["schemas"]["Xml"];
                readonly "text/xml": components["schemas"]["Xml"];
                readonly "application/vnd.de-dke-k461-cosem+json": components["schemas"]["Tree"];
                readonly "application/vnd.de-dke-k461-cosem+json;encap=xmldsig": components["schemas"]["SealedReading"];
                readonly "application/json": components["schemas"]["Tree"] | components["schemas"]["SealedReading"];
            };
        };
        /** @description The file. */
        readonly File: {
            headers: {
                readonly ETag: components["headers"]["ETag"];
                readonly "Cache-Control": components["headers"]["Cache-Control"];
                readonly "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                readonly "Referrer-Policy": components["headers"]["Referrer-Policy"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "text/html; charset=utf-8": string;
                readonly "text/css; charset=utf-8": string;
                readonly "application/yaml": string;
                readonly "application/json": unknown;
                readonly "application/xml": string;
                readonly "message/http": string;
                readonly "application/x-pem-file": string;
            };
        };
        /** @description What the client has already still holds. */
        readonly NotModified: {
            headers: {
                readonly ETag: components["headers"]["ETag"];
                readonly "Cache-Control": components["headers"]["Cache-Control"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /**
         * @description Events until the client leaves. `sample` has the number of the sample as `id` and a `Reading` or, of a signed
         *     request, a `SealedReading` as `data`; `dropped` tells the first and the last sample that are missing; `problem`
         *     has a problem document. A comment shows each 15 seconds that the connection lives. It ends for a client that may not
         *     come in any more, and when its TLS session has served long enough: who is welcome connects anew.
         */
        readonly Stream: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "text/event-stream": string;
            };
        };
        /**
         * @description The method was run. The sealed document names it and has a `methodResponse` with status 0, and with what it gave
         *     back.
         */
        readonly MethodResponse: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/vnd.de-dke-k461-cosem+xml;encap=xmldsig": components["schemas"]["Sealed"];
                readonly "application/xml": components["schemas"]["Sealed"];
                readonly "text/xml": components["schemas"]["Sealed"];
                readonly "application/vnd.de-dke-k461-cosem+json;encap=xmldsig": components["schemas"]["SealedReading"];
                readonly "application/json": components["schemas"]["SealedReading"];
            };
        };
        /**
         * @description The object refused: `methodResponse` has a status above 0 (`docs/mapping.md` lists the numbers of DLMS) and, as
         *     its data, the code, what is wrong and what to do. A problem document where the fault is the meter's.
         */
        readonly MethodRefused: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/vnd.de-dke-k461-cosem+xml;encap=xmldsig": components["schemas"]["Sealed"];
                readonly "application/xml": components["schemas"]["Sealed"];
                readonly "text/xml": components["schemas"]["Sealed"];
                readonly "application/vnd.de-dke-k461-cosem+json;encap=xmldsig": components["schemas"]["SealedReading"];
                readonly "application/json": components["schemas"]["SealedReading"];
                readonly "application/problem+json": components["schemas"]["Problem"];
                readonly "application/problem+xml": components["schemas"]["Xml"];
            };
        };
        /** @description It was done. */
        readonly Done: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /** @description There was none of this name, and now there is. */
        readonly Created: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Why it was not done. */
        readonly Problem: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
                readonly "application/problem+xml": components["schemas"]["Xml"];
            };
        };
        /** @description The signature is missing or wrong. */
        readonly SignatureProblem: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                readonly "Accept-Signature": components["headers"]["Accept-Signature"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
                readonly "application/problem+xml": components["schemas"]["Xml"];
            };
        };
        /** @description This cannot be done here, or not by this client. */
        readonly MethodProblem: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly Allow: components["headers"]["Allow"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
                readonly "application/problem+xml": components["schemas"]["Xml"];
            };
        };
        /** @description The body has a type that is not read here. */
        readonly TypeProblem: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly Accept: components["headers"]["Accept"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
                readonly "application/problem+xml": components["schemas"]["Xml"];
            };
        };
        /** @description Not now. */
        readonly LaterProblem: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly "Retry-After": components["headers"]["Retry-After"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
                readonly "application/problem+xml": components["schemas"]["Xml"];
            };
        };
        /** @description Something that the meter needs for this is away. */
        readonly UnavailableProblem: {
            headers: {
                readonly "Cache-Control": components["headers"]["NoStore"];
                readonly "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                readonly "Retry-After": components["headers"]["MaybeRetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
                readonly "application/problem+xml": components["schemas"]["Xml"];
            };
        };
    };
    parameters: {
        /** @description The name of a logical device. */
        readonly ldev: string;
        /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
        readonly object: string;
        /** @description The attribute's number; 1 is the logical name. */
        readonly attribute: number;
        /** @description The method's number. */
        readonly method: number;
        /** @description What the client calls it. */
        readonly container: string;
        /** @description What the client calls it, in the form of an object's name. */
        readonly ldevContainer: string;
        /** @description The name of a file of this description. */
        readonly file: string;
        /** @description The name of an example. */
        readonly example: string;
        /** @description How many levels of elements below the addressed one. */
        readonly depth: number;
        /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
        readonly fromIndex: number;
        /** @description How many children of the list, or entries of the buffer, are wanted. */
        readonly count: number;
        /** @description Entries from this time on, with its zone. */
        readonly fromTime: string;
        /** @description Entries before this time, with its zone. */
        readonly toTime: string;
        /** @description Entries from this place in the buffer on, counted from 1. */
        readonly saFromIndex: number;
        /** @description Entries up to this place in the buffer, this one included. */
        readonly saToIndex: number;
        /** @description No more than so many of the entries that are left. */
        readonly saCount: number;
        /** @description Columns from this place on, counted from 1. */
        readonly saFromColumn: number;
        /** @description Columns up to this place, this one included. */
        readonly saToColumn: number;
        /** @description The columns that are wanted, by what they capture, as an array of columns. */
        readonly saRetrieveColumns: string;
        /**
         * @description The column whose values `sa.fromtype` and `sa.totype` are about: class, logical name, attribute, and the element
         *     of its value or 0 for the whole. Without it, the profile's sort object, or else the clock.
         */
        readonly saFilterColumn: string;
        /** @description Entries whose value is at least this literal. */
        readonly saFrom: string;
        /** @description Entries whose value is at most this literal. */
        readonly saTo: string;
        /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
        readonly ifNoneMatch: string;
        /**
         * @description The ETag of an unsigned answer that the client had, in XML or JSON, or `*`. Where the resource is no longer so,
         *     the answer is 412 and nothing happens.
         */
        readonly ifMatch: string;
        /** @description With `*`, nothing happens (412) where the resource is there already. */
        readonly ifNoneMatchAny: string;
        /** @description RFC 9530, where there is a body; the signature has to cover it, or `Digest`. */
        readonly contentDigest: string;
        /** @description RFC 3230, for draft-cavage. */
        readonly digest: string;
        /** @description The number of the sample that the client had last; it is told those since, as far as they are remembered. */
        readonly lastEventId: string;
    };
    requestBodies: {
        /** @description The new value, in the element that a GET gives. */
        readonly Attribute: {
            readonly content: {
                readonly "application/vnd.de-dke-k461-cosem+xml": components["schemas"]["Xml"];
                readonly "application/xml": components["schemas"]["Xml"];
                readonly "text/xml": components["schemas"]["Xml"];
                readonly "application/vnd.de-dke-k461-cosem+json": {
                    readonly attribute: components["schemas"]["Attribute"];
                };
                readonly "application/json": {
                    readonly attribute: components["schemas"]["Attribute"];
                };
            };
        };
        /** @description What the method is given; nothing at all, with `Content-Length` 0, where it takes nothing. */
        readonly Parameter: {
            readonly content: {
                readonly "application/vnd.de-dke-k461-cosem+xml": components["schemas"]["Xml"];
                readonly "application/xml": components["schemas"]["Xml"];
                readonly "text/xml": components["schemas"]["Xml"];
                readonly "application/vnd.de-dke-k461-cosem+json": {
                    readonly methodRequestParameter: {
                        readonly value?: components["schemas"]["Data"];
                    };
                };
                readonly "application/json": {
                    readonly methodRequestParameter: {
                        readonly value?: components["schemas"]["Data"];
                    };
                };
            };
        };
        /**
         * @description What belongs together: of a device `objects`, of the service `ldevs`, down to the attributes that it names, without
         *     values. An object without `attributes` stands for all that it has.
         */
        readonly Container: {
            readonly content: {
                readonly "application/vnd.de-dke-k461-cosem+xml": components["schemas"]["Xml"];
                readonly "application/xml": components["schemas"]["Xml"];
                readonly "text/xml": components["schemas"]["Xml"];
                readonly "application/vnd.de-dke-k461-cosem+json": {
                    readonly container: components["schemas"]["Container"];
                };
                readonly "application/json": {
                    readonly container: components["schemas"]["Container"];
                };
            };
        };
    };
    headers: {
        /** @description A strong validator of the bytes of the answer; of one that is made while it is sent there is none. */
        readonly ETag: string;
        /** @description A cache of this client alone may keep the answer, and asks each time whether it still holds. */
        readonly "Cache-Control": "private, no-cache";
        /** @description Nobody keeps this. */
        readonly NoStore: "no-store";
        /** @description Who signs gets another answer. */
        readonly Vary: "Accept, Authorization, Signature, Signature-Input";
        readonly "Accept-Ranges": "none";
        readonly "X-Content-Type-Options": "nosniff";
        /** @description Nothing runs in what is served here, and nothing comes from elsewhere. */
        readonly "Content-Security-Policy": string;
        readonly "Referrer-Policy": "no-referrer";
        /** @description In seconds. */
        readonly "Retry-After": string;
        /** @description In seconds, where waiting helps. */
        readonly MaybeRetryAfter: string;
        /** @description The methods that this client may use here. */
        readonly Allow: string;
        /** @description The types that a body may have. */
        readonly Accept: string;
        /** @description How to sign, in draft-cavage. */
        readonly "WWW-Authenticate": string;
        /** @description What to sign, in RFC 9421. It is to have a nonce of its own. */
        readonly "Accept-Signature": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getCosem: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headCosem: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getLdevs: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headLdevs: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getLdev: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headLdev: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly listenToLdev: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The number of the sample that the client had last; it is told those since, as far as they are remembered. */
                readonly "Last-Event-ID"?: components["parameters"]["lastEventId"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Stream"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getObjects: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headObjects: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getObject: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headObject: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getAttributes: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headAttributes: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getAttribute: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
                /** @description Entries from this time on, with its zone. */
                readonly "q.fromtime"?: components["parameters"]["fromTime"];
                /** @description Entries before this time, with its zone. */
                readonly "q.totime"?: components["parameters"]["toTime"];
                /** @description Entries from this place in the buffer on, counted from 1. */
                readonly "sa.fromidx"?: components["parameters"]["saFromIndex"];
                /** @description Entries up to this place in the buffer, this one included. */
                readonly "sa.toidx"?: components["parameters"]["saToIndex"];
                /** @description No more than so many of the entries that are left. */
                readonly "sa.count"?: components["parameters"]["saCount"];
                /** @description Columns from this place on, counted from 1. */
                readonly "sa.fromcol"?: components["parameters"]["saFromColumn"];
                /** @description Columns up to this place, this one included. */
                readonly "sa.tocol"?: components["parameters"]["saToColumn"];
                /** @description The columns that are wanted, by what they capture, as an array of columns. */
                readonly "sa.retrievecolumns"?: components["parameters"]["saRetrieveColumns"];
                /**
                 * @description The column whose values `sa.fromtype` and `sa.totype` are about: class, logical name, attribute, and the element
                 *     of its value or 0 for the whole. Without it, the profile's sort object, or else the clock.
                 */
                readonly "sa.filtercolumn"?: components["parameters"]["saFilterColumn"];
                /** @description Entries whose value is at least this literal. */
                readonly "sa.fromtype"?: components["parameters"]["saFrom"];
                /** @description Entries whose value is at most this literal. */
                readonly "sa.totype"?: components["parameters"]["saTo"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
                /** @description The attribute's number; 1 is the logical name. */
                readonly attribute: components["parameters"]["attribute"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly putAttribute: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The ETag of an unsigned answer that the client had, in XML or JSON, or `*`. Where the resource is no longer so,
                 *     the answer is 412 and nothing happens.
                 */
                readonly "If-Match"?: components["parameters"]["ifMatch"];
                /** @description With `*`, nothing happens (412) where the resource is there already. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatchAny"];
                /** @description RFC 9530, where there is a body; the signature has to cover it, or `Digest`. */
                readonly "Content-Digest"?: components["parameters"]["contentDigest"];
                /** @description RFC 3230, for draft-cavage. */
                readonly Digest?: components["parameters"]["digest"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
                /** @description The attribute's number; 1 is the logical name. */
                readonly attribute: components["parameters"]["attribute"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Attribute"];
        readonly responses: {
            readonly 204: components["responses"]["Done"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["MethodProblem"];
            readonly 408: components["responses"]["Problem"];
            readonly 411: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 415: components["responses"]["TypeProblem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headAttribute: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
                /** @description Entries from this time on, with its zone. */
                readonly "q.fromtime"?: components["parameters"]["fromTime"];
                /** @description Entries before this time, with its zone. */
                readonly "q.totime"?: components["parameters"]["toTime"];
                /** @description Entries from this place in the buffer on, counted from 1. */
                readonly "sa.fromidx"?: components["parameters"]["saFromIndex"];
                /** @description Entries up to this place in the buffer, this one included. */
                readonly "sa.toidx"?: components["parameters"]["saToIndex"];
                /** @description No more than so many of the entries that are left. */
                readonly "sa.count"?: components["parameters"]["saCount"];
                /** @description Columns from this place on, counted from 1. */
                readonly "sa.fromcol"?: components["parameters"]["saFromColumn"];
                /** @description Columns up to this place, this one included. */
                readonly "sa.tocol"?: components["parameters"]["saToColumn"];
                /** @description The columns that are wanted, by what they capture, as an array of columns. */
                readonly "sa.retrievecolumns"?: components["parameters"]["saRetrieveColumns"];
                /**
                 * @description The column whose values `sa.fromtype` and `sa.totype` are about: class, logical name, attribute, and the element
                 *     of its value or 0 for the whole. Without it, the profile's sort object, or else the clock.
                 */
                readonly "sa.filtercolumn"?: components["parameters"]["saFilterColumn"];
                /** @description Entries whose value is at least this literal. */
                readonly "sa.fromtype"?: components["parameters"]["saFrom"];
                /** @description Entries whose value is at most this literal. */
                readonly "sa.totype"?: components["parameters"]["saTo"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
                /** @description The attribute's number; 1 is the logical name. */
                readonly attribute: components["parameters"]["attribute"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getMethods: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headMethods: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getMethod: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
                /** @description The method's number. */
                readonly method: components["parameters"]["method"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly postMethod: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description RFC 9530, where there is a body; the signature has to cover it, or `Digest`. */
                readonly "Content-Digest"?: components["parameters"]["contentDigest"];
                /** @description RFC 3230, for draft-cavage. */
                readonly Digest?: components["parameters"]["digest"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
                /** @description The method's number. */
                readonly method: components["parameters"]["method"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: components["requestBodies"]["Parameter"];
        readonly responses: {
            readonly 200: components["responses"]["MethodResponse"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["MethodProblem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 411: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 415: components["responses"]["TypeProblem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["MethodRefused"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headMethod: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description Class in decimal, hyphen, logical name (the OBIS code's value groups A to F) in twelve hex digits. */
                readonly object: components["parameters"]["object"];
                /** @description The method's number. */
                readonly method: components["parameters"]["method"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getLdevContainers: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headLdevContainers: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getLdevContainer: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description What the client calls it, in the form of an object's name. */
                readonly "ldev-container": components["parameters"]["ldevContainer"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly putLdevContainer: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The ETag of an unsigned answer that the client had, in XML or JSON, or `*`. Where the resource is no longer so,
                 *     the answer is 412 and nothing happens.
                 */
                readonly "If-Match"?: components["parameters"]["ifMatch"];
                /** @description With `*`, nothing happens (412) where the resource is there already. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatchAny"];
                /** @description RFC 9530, where there is a body; the signature has to cover it, or `Digest`. */
                readonly "Content-Digest"?: components["parameters"]["contentDigest"];
                /** @description RFC 3230, for draft-cavage. */
                readonly Digest?: components["parameters"]["digest"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description What the client calls it, in the form of an object's name. */
                readonly "ldev-container": components["parameters"]["ldevContainer"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Container"];
        readonly responses: {
            readonly 201: components["responses"]["Created"];
            readonly 204: components["responses"]["Done"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["MethodProblem"];
            readonly 408: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 411: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 415: components["responses"]["TypeProblem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly deleteLdevContainer: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The ETag of an unsigned answer that the client had, in XML or JSON, or `*`. Where the resource is no longer so,
                 *     the answer is 412 and nothing happens.
                 */
                readonly "If-Match"?: components["parameters"]["ifMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description What the client calls it, in the form of an object's name. */
                readonly "ldev-container": components["parameters"]["ldevContainer"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 204: components["responses"]["Done"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["MethodProblem"];
            readonly 408: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headLdevContainer: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a logical device. */
                readonly ldev: components["parameters"]["ldev"];
                /** @description What the client calls it, in the form of an object's name. */
                readonly "ldev-container": components["parameters"]["ldevContainer"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getContainers: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headContainers: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
                /** @description The first child of the list, or entry of the buffer, that is wanted, counted from 1. */
                readonly "q.fromidx"?: components["parameters"]["fromIndex"];
                /** @description How many children of the list, or entries of the buffer, are wanted. */
                readonly "q.count"?: components["parameters"]["count"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getContainer: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description What the client calls it. */
                readonly container: components["parameters"]["container"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly putContainer: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The ETag of an unsigned answer that the client had, in XML or JSON, or `*`. Where the resource is no longer so,
                 *     the answer is 412 and nothing happens.
                 */
                readonly "If-Match"?: components["parameters"]["ifMatch"];
                /** @description With `*`, nothing happens (412) where the resource is there already. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatchAny"];
                /** @description RFC 9530, where there is a body; the signature has to cover it, or `Digest`. */
                readonly "Content-Digest"?: components["parameters"]["contentDigest"];
                /** @description RFC 3230, for draft-cavage. */
                readonly Digest?: components["parameters"]["digest"];
            };
            readonly path: {
                /** @description What the client calls it. */
                readonly container: components["parameters"]["container"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Container"];
        readonly responses: {
            readonly 201: components["responses"]["Created"];
            readonly 204: components["responses"]["Done"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["MethodProblem"];
            readonly 408: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 411: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 415: components["responses"]["TypeProblem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly deleteContainer: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The ETag of an unsigned answer that the client had, in XML or JSON, or `*`. Where the resource is no longer so,
                 *     the answer is 412 and nothing happens.
                 */
                readonly "If-Match"?: components["parameters"]["ifMatch"];
            };
            readonly path: {
                /** @description What the client calls it. */
                readonly container: components["parameters"]["container"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 204: components["responses"]["Done"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["MethodProblem"];
            readonly 408: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headContainer: {
        readonly parameters: {
            readonly query?: {
                /** @description How many levels of elements below the addressed one. */
                readonly "q.depth"?: components["parameters"]["depth"];
            };
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description What the client calls it. */
                readonly container: components["parameters"]["container"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Document"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["SignatureProblem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 414: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getPage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["File"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headPage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["File"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getFile: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a file of this description. */
                readonly file: components["parameters"]["file"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["File"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headFile: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of a file of this description. */
                readonly file: components["parameters"]["file"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["File"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly getExample: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of an example. */
                readonly example: components["parameters"]["example"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["File"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
    readonly headExample: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description What the client has already, by its ETag. Where it still holds the answer is 304. */
                readonly "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            readonly path: {
                /** @description The name of an example. */
                readonly example: components["parameters"]["example"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["File"];
            readonly 304: components["responses"]["NotModified"];
            readonly 400: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 408: components["responses"]["Problem"];
            readonly 429: components["responses"]["LaterProblem"];
            readonly 431: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["UnavailableProblem"];
            readonly 505: components["responses"]["Problem"];
        };
    };
}
