package org.bailing.demo

import org.bailing.core.CaptureTask

/** The kinds of proof that the reference server has a rule for, with what each may add at most. */
internal enum class ProofKind(
    val code: String,
    val label: Int,
    val request: Int,
    val icon: Int,
    val minutes: Int,
    val mostYuan: Long,
) {
    BusinessLicence("business_licence", R.string.kind_business_licence, R.string.task_business_licence, R.drawable.shield, 1, 12_000),
    VatInvoice("vat_invoice", R.string.kind_vat_invoice, R.string.task_vat_invoice, R.drawable.paper, 3, 25_000),
    HaulageContract("haulage_contract", R.string.kind_haulage_contract, R.string.task_haulage_contract, R.drawable.paper, 4, 40_000),
    SalesContract("sales_contract", R.string.kind_sales_contract, R.string.task_sales_contract, R.drawable.paper, 4, 40_000),
    RoadTransportPermit("road_transport_permit", R.string.kind_road_transport_permit, R.string.task_road_transport_permit, R.drawable.card, 1, 20_000),
    VehicleLicence("vehicle_licence", R.string.kind_vehicle_licence, R.string.task_vehicle_licence, R.drawable.card, 1, 15_000),
    VehiclePhoto("vehicle_photo", R.string.kind_vehicle_photo, R.string.task_vehicle_photo, R.drawable.truck, 2, 30_000),
    Waybill("waybill", R.string.kind_waybill, R.string.task_waybill, R.drawable.paper, 1, 10_000),
    ;

    /** How it is photographed. */
    val task: CaptureTask
        get() = when (this) {
            VehiclePhoto -> CaptureTask.Scene(code)
            HaulageContract, SalesContract, VatInvoice -> CaptureTask.Pages(code, MOST_PAGES)
            else -> CaptureTask.Document(code)
        }

    companion object {
        private const val MOST_PAGES = 6

        fun of(code: String): ProofKind? = entries.find { it.code == code }
    }
}
